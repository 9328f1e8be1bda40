#include "commands/cli/service_manager.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "unit/catch.h"

namespace service_manager_test {

using namespace jobtree;
using namespace jobtree::commands;

namespace {

/// The end of systemd's that hears: a name that needs no file.
class Manager {
 public:
  Manager() : file_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // The kernel makes up a name.
    REQUIRE(::bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(file_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    name_ = "@" + std::string(address.sun_path + 1, size - offsetof(sockaddr_un, sun_path) - 1);
  }
  ~Manager() { ::close(file_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  const std::string& name() const { return name_; }
  std::string heard() const {
    pollfd ready{.fd = file_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 60'000) != 1) return "nothing";
    char text[100];
    const ssize_t size = ::recv(file_, text, sizeof text, 0);
    return {text, static_cast<std::size_t>(size)};
  }

 private:
  int file_;
  std::string name_;
};

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string_view() : std::string_view(found->second);
  };
}

}  // namespace

TEST_CASE("The service manager is told where it asked to be, and nobody else") {
  const Manager manager;
  const ServiceManager service(environment_of({{"NOTIFY_SOCKET", manager.name()}}));
  service.notify("READY=1");
  CHECK(manager.heard() == "READY=1");
  service.notify("STOPPING=1");
  CHECK(manager.heard() == "STOPPING=1");
  CHECK(service.watchdog().count() == 0);

  ServiceManager(environment_of({})).notify("READY=1");
  ServiceManager(environment_of({{"NOTIFY_SOCKET", "/nowhere/at/all"}})).notify("READY=1");
}

TEST_CASE("The watchdog is fed while the service is well, if it is this process's") {
  const Manager manager;
  std::map<std::string, std::string> variables{
      {"NOTIFY_SOCKET", manager.name()}, {"WATCHDOG_USEC", "2000"}, {"WATCHDOG_PID", "1"}};
  CHECK(ServiceManager(environment_of(variables)).watchdog().count() == 0);
  variables["WATCHDOG_PID"] = std::to_string(::getpid());
  const ServiceManager service(environment_of(variables));
  CHECK(service.watchdog().count() == 2000);

  const Watchdog watchdog(service, [times = 0]() mutable { return ++times != 1; });
  CHECK(manager.heard() == "WATCHDOG=1");
  CHECK(manager.heard() == "WATCHDOG=1");
}

TEST_CASE("A server answers when it says anything, and not when it only takes the connection") {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(server, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  CHECK_FALSE(answers(url, std::chrono::seconds(30)));  // nobody listens
  REQUIRE(::listen(server, 8) == 0);
  CHECK_FALSE(answers(url, std::chrono::milliseconds(10)));

  std::jthread one([server] {
    // The connection of the check before, and this one.
    for (int i = 0; i < 2; ++i) {
      const int client = ::accept4(server, nullptr, nullptr, SOCK_CLOEXEC);
      [[maybe_unused]] const ssize_t sent = ::send(client, "HTTP/1.1 503 ", 13, MSG_NOSIGNAL);
      ::close(client);
    }
  });
  CHECK(answers(url, std::chrono::seconds(30)));
  one.join();
  ::close(server);
}

}  // namespace service_manager_test
