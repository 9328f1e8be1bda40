# Copies the modules of FROM to TO, and makes smaller there what esbuild cannot.
#
# The style sheet in styles.js loses what no value can be made of: comments, blanks at the ends of lines,
# those around braces, semicolons and >, and those after commas and colons.
#
# In abi.js, what nobody asks for its names becomes enums of TypeScript: esbuild, told to read all as such,
# writes the numbers where they are used, and leaves out the rest.
file(GLOB modules ${FROM}/*.js)
file(COPY ${modules} DESTINATION ${TO})
file(READ ${FROM}/styles.js text)
string(FIND "${text}" "`\n" begin)
string(FIND "${text}" "`;" end)
if(begin EQUAL -1 OR end LESS begin)
  message(FATAL_ERROR "styles.js has no style sheet between backquotes")
endif()
string(SUBSTRING "${text}" 0 ${begin} before)
string(SUBSTRING "${text}" ${end} -1 after)
math(EXPR length "${end} - ${begin}")
string(SUBSTRING "${text}" ${begin} ${length} sheet)
string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" sheet "${sheet}")
string(REGEX REPLACE "[ \n]*([{};\n])[ \n]*" "\\1" sheet "${sheet}")
string(REGEX REPLACE "([:,]) " "\\1" sheet "${sheet}")
string(REPLACE " > " ">" sheet "${sheet}")
file(WRITE ${TO}/styles.js "${before}${sheet}${after}")

set(numbers Op Slot Attribute Option Key Part Event)
file(READ ${FROM}/abi.js text)
foreach(name IN LISTS numbers)
  if(NOT text MATCHES "export const ${name} = Object\\.freeze\\(({[^}]*})\\);")
    message(FATAL_ERROR "abi.js has no ${name} that is a frozen object")
  endif()
  string(REPLACE ":" " =" body "${CMAKE_MATCH_1}")
  string(REPLACE "${CMAKE_MATCH_0}" "export enum ${name} ${body}" text "${text}")
endforeach()
string(REPLACE "Object.freeze" "" text "${text}")
file(WRITE ${TO}/abi.js "${text}")
