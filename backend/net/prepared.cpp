#include "net/prepared.h"

#include <string_view>
#include <utility>

namespace jobtree::net {
namespace {

/// RFC 9110, 15, of the statuses that occur here. The library has a table too, but not under one
/// name in all of its versions.
std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 226:
      return "IM Used";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";  // clients go by the number
  }
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

Prepared prepare(httplib::Response response, std::shared_ptr<const std::string> body) {
  constexpr std::size_t kUsual = 512;
  std::string head;
  head.reserve(kUsual);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason_of(response.status)).append("\r\n");
  Prepared prepared;
  for (const auto& [name, value] : response.headers) {
    // The library keeps line ends out of what is set; a value put in by other ways ends no line.
    if (value.find_first_of("\r\n") != std::string::npos) continue;
    if (name == "Date") prepared.has_date = true;
    add(head, name, value);
  }
  if (!body && !response.body.empty()) {
    body = std::make_shared<const std::string>(std::move(response.body));
  }
  // RFC 9110, 8.6: an answer that never has a body does not speak of its length.
  if (response.status != 204 && response.status != 304) {
    add(head, "Content-Length", std::to_string(body ? body->size() : 0));
  }
  add(head, "Accept-Ranges", "none");
  prepared.head = std::make_shared<const std::string>(std::move(head));
  prepared.body = std::move(body);
  return prepared;
}

}  // namespace jobtree::net
