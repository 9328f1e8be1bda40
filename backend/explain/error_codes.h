// The table of error codes: error_codes.json, which is built into the program.
//
// Knows: the form of that file. Must not know: codes that are not in it, texts of errors. The file
// is JSON for those who download it, and is searched as it is: one code a line, sorted without
// regard to case, nothing escaped. So a lookup allocates nothing, and a program that needs one code
// reads a dozen lines. tests/unit/explain/error_codes_test.cpp holds the file to this form.
#pragma once

#include <optional>
#include <string_view>

#include "explain/explanation.h"

namespace jobtree::explain {

/// The entry of a code, in any case and with blanks around it. Another name of a code, as some
/// services have, finds the entry of the code.
std::optional<Explanation> find_code(std::string_view code);

/// The file in the forms in which it is sent.
struct ErrorCodesFile {
  std::string_view plain;
  std::string_view brotli;
  std::string_view gzip;
};
ErrorCodesFile error_codes_file();

}  // namespace jobtree::explain
