// The cloud wing, joined: keys, catalogue and queries behind one Source.
//
// Knows: which parts there are. Must not know: browsers, routes, HTTP servers. Users of the wing
// include it; the wing itself does not.
#pragma once

#include <memory>

#include "base/clock.h"
#include "cloud/ask/rate_limit.h"
#include "cloud/record_source.h"

namespace jobtree::cloud {

class Catalogue;     // where/catalogue.h
class KeyRing;       // key/key_ring.h
class SharedLimits;  // shared_limits.h
class Transport;     // ask/transport.h

/// The real source: signs with the ring's key and sends through the transport, see SignedQuery for
/// how. `budget`: how many queries the key may send in all. The ring looks for keys by itself from
/// now on, on a thread of its own where that takes one. `shared`: what several replicas with one
/// key agree on; it must outlive the source. Null: there is but this one.
std::unique_ptr<Source> make_cloud(std::unique_ptr<KeyRing> keys,
                                   std::shared_ptr<const Catalogue> catalogue,
                                   std::unique_ptr<Transport> transport, Rate budget,
                                   const Clock& clock = real_clock(),
                                   SharedLimits* shared = nullptr);

}  // namespace jobtree::cloud
