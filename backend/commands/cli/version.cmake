# Run at every build: writes OUTPUT, which says which commit the sources are of. An unchanged file
# stays as it is, so that nothing is compiled or linked for it.
#
# cmake -DSOURCE=DIR -DOUTPUT=commit.cpp -DCOMMIT=given -P version.cmake
if(NOT COMMIT)
  find_package(Git QUIET)
  if(GIT_FOUND)
    # Of the folder above, too, git would tell: an unpacked archive inside another repository.
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} rev-parse --show-prefix
      OUTPUT_VARIABLE PREFIX RESULT_VARIABLE NOT_GIT ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT NOT_GIT AND PREFIX STREQUAL "")
      execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} rev-parse --short=12 HEAD
        OUTPUT_VARIABLE COMMIT ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
      execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} diff --quiet HEAD --
        RESULT_VARIABLE CHANGED ERROR_QUIET)
      if(COMMIT AND CHANGED)
        string(APPEND COMMIT "+")
      endif()
    endif()
  endif()
endif()
if(NOT COMMIT)
  set(COMMIT unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Made by version.cmake.
#include "commands/cli/version.h"

namespace jobtree::commands {

std::string_view commit() {
  return "@COMMIT@";
}

}  // namespace jobtree::commands
]])
