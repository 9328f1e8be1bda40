// The file of tokens on disk: how it is read, and how a line is put at its end.
//
// Knows: files, their rights and locks. Must not know: what a line says, when the file is looked
// at.
#pragma once

#include <string>

#include "base/result.h"
#include "gateway/access/token_list.h"

namespace jobtree::gateway {

/// Fails when the file cannot be read, when anyone on the machine may write it, when it is larger
/// than 512 KiB, and at a line that is none.
Result<TokenList> read_token_list(const std::string& file);

/// Puts a line at the end of the file, which is made, for its owner alone to read, when it is not
/// there. Fails, and leaves the file as it was, when it cannot be written or would, with the line,
/// not be a whole tokens file.
Result<bool> append_token(const std::string& file, const std::string& line);

}  // namespace jobtree::gateway
