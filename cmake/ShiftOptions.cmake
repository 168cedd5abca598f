# The flags of everything we compile, in one interface target that is linked privately.
add_library(shift_options INTERFACE)
target_compile_options(shift_options INTERFACE
  -ffp-contract=off -fno-math-errno -fno-semantic-interposition
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wcast-align -Wwrite-strings
  -Wpointer-arith -Wformat=2 -Wundef -Wvla -Wswitch-enum -Wimplicit-fallthrough
  $<$<C_COMPILER_ID:Clang>:-Wdocumentation>
  $<$<BOOL:${SHIFT_WERROR}>:-Werror>)
target_compile_definitions(shift_options INTERFACE _POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
if(NOT SHIFT_SANITIZE)
  target_compile_definitions(shift_options INTERFACE
    $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
endif()
target_compile_options(shift_options INTERFACE -fstack-protector-strong)
if(SHIFT_SANITIZE)
  target_compile_options(shift_options INTERFACE -fsanitize=${SHIFT_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(shift_options INTERFACE -fsanitize=${SHIFT_SANITIZE})
else()
  target_link_options(shift_options INTERFACE -Wl,-z,relro,-z,now)
endif()

# A shared library exports what its version script names, and has no symbol undefined. Under the
# sanitizers some are their run-time library's, which the program brings.
function(shift_export_only target script)
  if(BUILD_SHARED_LIBS)
    target_link_options(${target} PRIVATE -Wl,--version-script=${script})
    if(NOT SHIFT_SANITIZE)
      target_link_options(${target} PRIVATE -Wl,--no-undefined)
    endif()
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${script})
  endif()
endfunction()
