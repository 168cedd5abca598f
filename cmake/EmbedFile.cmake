# Turns a file into a C array, so that it is part of the library: run with -DINPUT, -DOUTPUT, -DNAME.
# Bytes instead of a string literal, which ISO C limits to 4095 characters.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
get_filename_component(file ${INPUT} NAME)
file(WRITE ${OUTPUT} "/* ${file}, NUL-ended; made by cmake/EmbedFile.cmake */\n"
     "static const unsigned char ${NAME}[] = {\n${bytes}0x00};\n")
