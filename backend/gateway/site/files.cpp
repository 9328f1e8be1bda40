#include "gateway/site/files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <utility>

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::uintmax_t kMaxFile = std::uintmax_t{8} << 20;

/// By the name's ending; "" for what is not served.
std::string_view type_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml; charset=utf-8"},
      {".json", "application/json; charset=utf-8"},
      {".wasm", "application/wasm"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return type;
  }
  return {};
}

/// A name that cannot lead out of a folder.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Calls `visit` with each element of a header's list until it returns true.
template <class Visit>
bool any_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (visit(trimmed(list.substr(0, comma)))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

/// Whether an Accept-Encoding header names `encoding` with a weight above zero.
bool accepts(std::string_view accept_encoding, std::string_view encoding) {
  return any_element(accept_encoding, [encoding](std::string_view element) {
    const std::size_t semicolon = std::min(element.find(';'), element.size());
    if (trimmed(element.substr(0, semicolon)) != encoding) return false;
    const std::string_view weight = trimmed(element.substr(semicolon));
    const std::size_t equals = weight.find('=');
    if (equals == std::string_view::npos) return true;
    return weight.find_first_of("123456789", equals) != std::string_view::npos;
  });
}

/// Whether portals load it into their own pages: the element, its engine, and what they import. The
/// rest is for our own pages alone.
bool is_for_portals(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNames{
      "job-tree.js", "job-tree.wasm", "element.js", "abi.js",  "clock.js", "dom.js",
      "engine.js",   "icons.js",      "styles.js",  "view.js", "words.js"};
  return std::ranges::find(kNames, name) != kNames.end();
}

std::string integrity_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha384(), nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE * 2> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return "sha384-" + std::string(text.begin(), text.begin() + length);
}

Response file_response(std::string_view name, std::string_view encoding, std::string_view bytes,
                       const std::string& etag, const Request& request) {
  Response response{
      .status = 200,
      .content_type = std::string(type_of(name)),
      .body = {},
      .headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}}};
  if (is_for_portals(name)) {
    // There is no secret in them.
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
  }
  if (matches(request.if_none_match, etag)) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  if (!encoding.empty()) response.headers.emplace_back("Content-Encoding", encoding);
  response.body = bytes;
  return response;
}

}  // namespace

bool matches(std::string_view if_none_match, std::string_view etag) {
  return any_element(if_none_match, [etag](std::string_view element) {
    // Caches may have weakened it; for this header weak and strong compare equal.
    if (element.starts_with("W/")) element.remove_prefix(2);
    return element == etag || element == "*";
  });
}

Result<Files> Files::make(std::span<const Asset> assets, const std::string& root) {
  std::error_code error;
  if (!root.empty() && !std::filesystem::is_directory(root, error)) {
    return Failure::usage("the folder " + root + " for the page is not there");
  }
  Files files;
  files.root_ = root;
  for (const Asset& asset : assets) {
    const std::string_view name = asset.path.substr(1);
    File& file = files.files_[std::string(name)];
    if (is_for_portals(name)) file.integrity = integrity_of(asset.plain);
    const std::string etag = etag_of(asset.plain);
    // Each encoding is a representation of its own, so each has an ETag of its own.
    const auto etag_with = [&etag](std::string_view suffix) {
      return etag.substr(0, etag.size() - 1).append(suffix) + "\"";
    };
    file.variants = {{"br", asset.brotli, etag_with("-br")},
                     {"gzip", asset.gzip, etag_with("-gz")},
                     {"", asset.plain, etag}};
    std::ranges::stable_sort(file.variants, {}, [](const Variant& v) { return v.bytes.size(); });
  }
  return files;
}

std::optional<Response> Files::get(std::string_view name, const Request& request) const {
  if (const auto bytes = read(name)) {
    return file_response(name, "", *bytes, etag_of(*bytes), request);
  }
  const auto found = files_.find(name);
  if (found == files_.end()) return std::nullopt;
  const File& file = found->second;
  for (const Variant& variant : file.variants) {
    if (!variant.encoding.empty() && !accepts(request.accept_encoding, variant.encoding)) continue;
    return file_response(name, variant.encoding, variant.bytes, variant.etag, request);
  }
  return std::nullopt;
}

std::map<std::string, std::string> Files::integrity() const {
  std::map<std::string, std::string> all;
  for (const auto& [name, file] : files_) {
    if (file.integrity.empty()) continue;
    const auto bytes = read(name);
    all[name] = bytes ? integrity_of(*bytes) : file.integrity;
  }
  return all;
}

std::optional<std::string> Files::read(std::string_view name) const {
  if (root_.empty() || !is_plain_name(name) || type_of(name).empty()) return std::nullopt;
  const std::filesystem::path path = std::filesystem::path(root_) / name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kMaxFile) return std::nullopt;
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(size, '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) return std::nullopt;
  return bytes;
}

}  // namespace jobtree::gateway
