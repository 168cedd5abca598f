# find_package(shift) gives shift::shift and shift::network.
include("${CMAKE_CURRENT_LIST_DIR}/shift-targets.cmake")
