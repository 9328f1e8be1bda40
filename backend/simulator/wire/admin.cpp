#include "simulator/wire/admin.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/wire/fault_json.h"

namespace jobtree::simulator {
namespace {

/// A page of some other site cannot make a browser name us so, wherever its name leads.
bool names_loopback(const ReceivedRequest& request) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  for (const auto& [name, value] : request.headers) {
    if (!std::ranges::equal(name, std::string_view("host"), {}, lower)) continue;
    const std::string host = value.substr(0, value.rfind(':'));
    const bool in_brackets = host.starts_with('[') && host.ends_with(']');
    return is_loopback_host(in_brackets ? host.substr(1, host.size() - 2) : host);
  }
  return false;
}

}  // namespace

Answer Admin::refuse(int status, std::string_view why) {
  return {.status = status,
          .body = nlohmann::ordered_json{{"error", why}}.dump(
              -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

Answer Admin::handle(const ReceivedRequest& request) {
  if (!names_loopback(request))
    return refuse(403, "the Host header must name this loopback address");
  const std::string_view method = request.method;
  if (request.target == "/journal") {
    if (method == "GET") return {.body = journal_.json()};
    if (method != "DELETE") return refuse(405, "the journal takes GET and DELETE");
    journal_.clear();
    return {.status = 204};
  }
  if (request.target == "/faults") {
    if (method == "GET") return {.body = faults_text(faults_.faults())};
    if (method != "PUT") return refuse(405, "the faults take GET and PUT");
    auto faults = parse_faults(request.body);
    if (!faults) return refuse(400, faults.error());
    faults_.replace(std::move(faults.value()));
    return {.body = faults_text(faults_.faults())};
  }
  if (request.target == "/ca.pem" && method == "GET") {
    if (authority_pem_.empty()) return refuse(404, "there is no authority: TLS is off");
    return {.type = "application/x-pem-file", .body = authority_pem_};
  }
  return refuse(404, "there is /journal, /faults and /ca.pem");
}

}  // namespace jobtree::simulator
