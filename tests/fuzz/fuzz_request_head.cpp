// Any bytes as the beginning of a connection: a head that holds to its own rules, however it is cut
// and whatever follows, or a refusal that stays one; and the routes on every target that passes.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/request_head.h"
#include "gateway/route.h"

using namespace jobtree::gateway;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_control(unsigned char c) {
  return c < ' ' || c == 0x7f;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// As a careless reader decodes it, once.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      result += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c != '\t' && is_control(c); });
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check(const RequestHead& head, std::string_view bytes) {
  static constexpr std::array<std::string_view, 4> kMethods{"GET", "HEAD", "OPTIONS", "POST"};
  require(head.size <= 16384 && head.size <= bytes.size());
  require(bytes.substr(0, head.size).ends_with("\r\n\r\n"));
  require(bytes.substr(0, head.size).find("\r\n\r\n") == head.size - 4);
  require(std::ranges::count(bytes.substr(0, head.size), '\n') ==
          std::ranges::count(bytes.substr(0, head.size), '\r'));
  require(std::ranges::find(kMethods, head.method) != kMethods.end());
  require(head.target.size() <= 1024 && (head.target[0] == '/' || head.target == "*"));
  require(!has_control(decoded(head.target)) && head.target.find(' ') == std::string_view::npos);
  require(head.headers.size() <= 64);
  require(head.body_size == 0 || (head.method == "POST" && head.body_size <= 65536));
  for (const auto& [name, value] : head.headers) {
    require(!name.empty() && lies_in(name, bytes) && lies_in(value, bytes));
    require(name.find_first_of(" \t:\r\n") == std::string_view::npos);
    require(!has_control(value));
    require(head.header("Cookie").find(value) != std::string::npos || !has_control(decoded(value)));
  }
  require(std::ranges::count_if(head.headers, [](const auto& header) {
            return header.first == "Host" || header.first == "host";
          }) <= 1);
  for (const std::string_view pattern :
       {"/", "/{file}", "/api/config", "/api/{region}/{service}/{upstream...}",
        "/v1/{project_id}/jobs/{job_id}"}) {
    const std::string_view path = head.target.substr(0, head.target.find('?'));
    if (const auto captures = match(pattern, path)) {
      for (const auto& name : {"file", "region", "service", "project_id", "job_id"}) {
        const std::string_view value = (*captures)[name];
        require(lies_in(value, bytes) && value.find('/') == std::string_view::npos);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const HeadReading reading = read_head(bytes);
  if (const auto* head = std::get_if<RequestHead>(&reading)) {
    check(*head, bytes);
    // What comes before its end is no other head, and no fault.
    const std::size_t cut = size == 0 ? 0 : (size * 31) % head->size;
    require(std::holds_alternative<Unfinished>(read_head(bytes.substr(0, cut))));
    const HeadReading again = read_head(bytes.substr(0, head->size));
    require(std::holds_alternative<RequestHead>(again));
    require(std::get<RequestHead>(again).size == head->size);
  } else if (const auto* refusal = std::get_if<Refusal>(&reading)) {
    require(refusal->status >= 400 && refusal->status <= 431 && !refusal->why.empty());
    const HeadReading later = read_head(std::string(bytes) + "\r\nHost: h\r\n\r\n");
    require(std::holds_alternative<Refusal>(later));
    require(std::get<Refusal>(later).status == refusal->status);
  } else {
    require(size < 16384);
  }
  return 0;
}
