// A name server that says nothing. This program has the look-up of names in its own hands, so it is
// a program of its own: no other test sees that.
#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <string_view>

#include "cloud/ask/transport.h"
#include "support/until.h"
#include "unit/catch.h"

namespace silent_dns_test {

namespace {

using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using jobtree::tests::until;
using namespace std::chrono_literals;

constexpr std::string_view kSilentName = "silent.invalid";
std::promise<void> let_go;          ///< of who looks up that name
std::atomic<bool> is_gone = false;  ///< whoever did: a thread of libcurl's

/// Says it at the very end of its thread.
struct Farewell {
  ~Farewell() { is_gone = true; }
};

}  // namespace

/// In the place of the system's, which libcurl calls: of one name the name server says nothing.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (name != nullptr && name == kSilentName) {
    let_go.get_future().wait();
    thread_local const Farewell farewell;
    return EAI_AGAIN;
  }
  static const auto system =
      reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return system(name, service, hints, found);
}

TEST_CASE("A name server that is silent is waited for no longer than a connection") {
  auto http = make_transport({.connect_timeout = 200ms, .use_proxies = false});
  REQUIRE(http);
  auto reply = std::async(std::launch::async, [&http] {
    return http.value()->send({.url = "https://" + std::string(kSilentName) + "/"});
  });
  CHECK(reply.wait_for(60s) == std::future_status::ready);
  let_go.set_value();
  CHECK(reply.get().end == HttpReply::End::no_connection);
  CHECK(until([] { return is_gone.load(); }));
}

}  // namespace silent_dns_test
