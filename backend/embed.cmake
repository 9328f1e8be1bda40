# jobtree_embed(TARGET FUNCTION FILES...): builds the files into the target and defines
#
#   std::span<const jobtree::Embedded> FUNCTION();    FUNCTION with its namespaces: a::b::name
#
# in the order given. The target declares it where it likes, with base/embed.h. The bytes come in through
# the assembler's .incbin, which reads them anew whenever a file changes.
function(jobtree_embed target function)
  string(REPLACE "::" ";" namespaces ${function})
  list(POP_BACK namespaces name)
  list(JOIN namespaces "::" namespace)
  # Two underscores in a row would be the compiler's own names.
  string(REPLACE "::" "_" stem "embedded_${function}")

  set(index 0)
  set(bytes "")
  set(symbols "")
  set(table "")
  set(paths "")
  foreach(file IN LISTS ARGN)
    get_filename_component(path ${file} ABSOLUTE)
    get_filename_component(file_name ${file} NAME)
    set(symbol ${stem}_${index})
    string(APPEND bytes "  .global ${symbol}\n${symbol}:\n  .incbin \"${path}\"\n"
                        "  .global ${symbol}_end\n${symbol}_end:\n")
    string(APPEND symbols "extern const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND table "      {\"${file_name}\", bytes(${symbol}, ${symbol}_end)},\n")
    list(APPEND paths ${path})
    math(EXPR index "${index}+1")
  endforeach()

  set(assembly ${CMAKE_CURRENT_BINARY_DIR}/${stem}.S)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${stem}.cpp)
  file(CONFIGURE OUTPUT ${assembly} @ONLY CONTENT [[
/* Made by embed.cmake. */
  .section .rodata
@bytes@
#if defined(__linux__)
  .section .note.GNU-stack, "", %progbits
#endif
]])
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Made by embed.cmake.
#include "base/embed.h"

#include <span>

extern "C" {
@symbols@}

namespace @namespace@ {

static std::string_view bytes(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

std::span<const jobtree::Embedded> @name@();
std::span<const jobtree::Embedded> @name@() {
  static const jobtree::Embedded table[] = {
@table@  };
  return table;
}

}  // namespace @namespace@
]])
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS "${paths}")
  set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${assembly} ${source})
endfunction()
