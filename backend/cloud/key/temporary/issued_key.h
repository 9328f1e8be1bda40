// The temporary key in the response of one who issues keys.
//
// Knows: the forms such a response has. Must not know: who issues keys, and how one asks for them.
#pragma once

#include <string>

#include "base/result.h"
#include "cloud/key/credentials.h"

namespace jobtree::cloud {

/// Takes a JSON object {"credential": {…}} or {"credentials": {…}}, whose members are access,
/// secret, securitytoken, expires_at or accessKeyId, secretAccessKey, securityToken, expiration.
/// Fails with a sentence that begins with `issuer` and quotes nothing. `source`: where the key was
/// found, for a message.
Result<Credentials> read_issued_key(const std::string& body, const Bilingual& issuer,
                                    const Bilingual& source);

}  // namespace jobtree::cloud
