#include "simulator/wire/admin.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/script/fault_json.h"
#include "simulator/wire/loopback.h"

namespace jobtree::simulator {
namespace {

/// A page of some other site cannot make a browser name us so, wherever its name leads.
bool names_loopback(const Request& request) {
  const auto named = single_header(request, "host");
  if (!named) return false;
  const std::string host(named->substr(0, named->rfind(':')));
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  return is_loopback_host(in_brackets ? host.substr(1, host.size() - 2) : host);
}

}  // namespace

Response Admin::refusal(int status, std::string_view why) {
  return {.status = status,
          .body = nlohmann::ordered_json{{"error", why}}.dump(
              -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

Response Admin::handle(const Request& request) {
  if (!names_loopback(request))
    return refusal(403, "the Host header must name this loopback address");
  const std::string_view method = request.method;
  if (request.target == "/journal") {
    if (method == "GET") return {.body = journal_.json()};
    if (method != "DELETE") return refusal(405, "the journal takes GET and DELETE");
    journal_.clear();
    return {.status = 204};
  }
  if (request.target == "/messages") {
    if (method == "GET") return {.body = messages_.json()};
    if (method != "DELETE") return refusal(405, "the messages take GET and DELETE");
    messages_.clear();
    return {.status = 204};
  }
  if (request.target == "/faults") {
    if (method == "GET") return {.body = faults_text(faults_.faults())};
    if (method != "PUT") return refusal(405, "the faults take GET and PUT");
    auto faults = parse_faults(request.body);
    if (!faults) return refusal(400, faults.error());
    faults_.replace(std::move(faults.value()));
    return {.body = faults_text(faults_.faults())};
  }
  if (request.target == "/ca.pem" && method == "GET") {
    if (authority_pem_.empty()) return refusal(404, "there is no authority: TLS is off");
    return {.type = "application/x-pem-file", .body = authority_pem_};
  }
  return refusal(404, "there is /journal, /messages, /faults and /ca.pem");
}

}  // namespace jobtree::simulator
