# Copies the modules of FROM to TO, the style sheet in styles.js without its comments and blanks.
#
# Takes out only what no value can be made of: comments, blanks at the ends of lines, those around
# braces, semicolons and >, and those after commas and colons.
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
