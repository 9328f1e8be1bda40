// A certificate authority of one's own, for an hour's pretending.
//
// Knows: X.509 as OpenSSL makes it. Must not know: sockets, HTTP.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "simulator/script/scenario.h"

namespace jobtree::simulator {

struct FreeContext {
  void operator()(SSL_CTX* context) const;
};

/// A server's side of TLS, and the authority that vouches for it. Made anew at every start; the
/// authority's key is forgotten at once, so it can vouch for nothing else.
struct Certificates {
  std::unique_ptr<SSL_CTX, FreeContext> context;
  std::string authority_pem;
};

/// `kind` other than none. Good is for 127.0.0.1, ::1 and localhost, from yesterday for a year.
Result<Certificates> make_certificates(Tls kind);

}  // namespace jobtree::simulator
