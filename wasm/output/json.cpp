#include "output/json.h"

#include <cstddef>

#include "base/min_max.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void begin_line(String& out, std::size_t depth) {
  // Deeper levels stand where this one does: blanks would be most of the text.
  constexpr std::size_t kDeepest = 64;
  out += '\n';
  for (std::size_t i = lesser(depth, kDeepest); i != 0; --i)
    out += "  ";
}

/// Where the string that begins at `at` ends, behind its closing quote.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return lesser(at + 1, json.size());
}

}  // namespace

void put_json_string(String& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ') {
      out += "\\u00";
      out += "01"[byte >> 4U];
      out += "0123456789abcdef"[byte & 15U];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

String to_indented(std::string_view json) {
  String out;
  out.reserve(json.size() * 2);
  std::size_t depth = 0;
  bool is_empty = false;  // the object or array has nothing in it so far
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (is_blank(c)) {
      ++at;
      continue;
    }
    const bool closes = c == '}' || c == ']';
    if (closes && depth > 0) --depth;
    if (closes ? !is_empty : is_empty) begin_line(out, depth);
    is_empty = c == '{' || c == '[';
    if (is_empty) ++depth;
    std::size_t end = at + 1;
    if (c == '"') {
      end = end_of_string(json, at);
    } else if (!closes && !is_empty && c != ',' && c != ':') {
      constexpr std::string_view kEnds = ",:]} \n\r\t";
      while (end < json.size() && place_of(json[end], kEnds) == kEnds.size())
        ++end;
    }
    out += std::string_view(json.data() + at, end - at);
    if (c == ',') begin_line(out, depth);
    if (c == ':') out += ' ';
    at = end;
  }
  return out;
}

}  // namespace jobtree::engine
