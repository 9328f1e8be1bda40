#include "gateway/site/files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/ascii.h"
#include "base/protocol/base64.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::uintmax_t kMaxPageFile = std::uintmax_t{8} << 20;

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
         std::ranges::all_of(
             name, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

std::string integrity_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha384(), nullptr);
  const std::string_view sha384(reinterpret_cast<const char*>(digest.data()), size);
  return "sha384-" + to_base64(sha384);
}

}  // namespace

Result<Files> Files::make(std::span<const Asset> assets, const std::string& root) {
  std::error_code error;
  if (!root.empty() && !std::filesystem::is_directory(root, error)) {
    return Failure::usage(
        bilingual({"--web-root: there is no folder {0}", "--web-root：目录 {0} 不存在"}, root));
  }
  Files files;
  files.root_ = root;
  for (const Asset& asset : assets) {
    const auto share = [](std::string_view bytes) {
      return std::make_shared<const std::string>(bytes);
    };
    File& file = files.files_[std::string(asset.path.substr(1))];
    file.etag = etag_of(asset.plain);
    if (asset.is_for_portals) file.integrity = integrity_of(asset.plain);
    file.variants = {{Coding::br, share(asset.brotli)},
                     {Coding::gzip, share(asset.gzip)},
                     {Coding::identity, share(asset.plain)}};
    std::ranges::stable_sort(file.variants, {}, [](const Variant& v) { return v.bytes->size(); });
  }
  return files;
}

std::optional<std::string> Files::text(std::string_view name) const {
  if (auto bytes = read(name)) return bytes;
  const auto found = files_.find(name);
  if (found == files_.end()) return std::nullopt;
  const auto plain = std::ranges::find(found->second.variants, Coding::identity, &Variant::coding);
  return plain == found->second.variants.end() ? std::nullopt : std::optional(*plain->bytes);
}

std::optional<RouteResponse> Files::get(std::string_view name, const FileQuery& query) const {
  if (auto bytes = read(name)) {
    const std::string etag = etag_of(*bytes);
    return respond(name, {Coding::identity, std::make_shared<const std::string>(std::move(*bytes))},
                   etag, query);
  }
  const auto found = files_.find(name);
  if (found == files_.end()) return std::nullopt;
  const File& file = found->second;
  const AcceptedCodings accepted(query.accept_encoding);
  for (const Variant& variant : file.variants) {
    const bool is_plain = variant.coding == Coding::identity;
    if (is_plain || accepted.takes(variant.coding)) {
      return respond(name, variant, file.etag, query);
    }
  }
  return std::nullopt;
}

RouteResponse Files::respond(std::string_view name, const Variant& variant, const std::string& etag,
                             const FileQuery& query) const {
  RouteResponse answer;
  httplib::Response& response = answer.response;
  response.status = 200;
  response.set_header("Cache-Control", "no-cache");
  response.set_header("Vary", "Accept-Encoding");
  if (is_for_portals(name)) {
    // There is no secret in them.
    response.set_header("Access-Control-Allow-Origin", "*");
    response.set_header("Cross-Origin-Resource-Policy", "cross-origin");
  }
  if (names_version(query.if_none_match, etag)) {
    // The tag the browser has, so that it finds what it keeps.
    const Coding coding = named_coding(query.if_none_match, etag).value_or(variant.coding);
    response.status = 304;
    response.set_header("ETag", etag_of(etag, coding));
    return answer;
  }
  response.set_header("ETag", etag_of(etag, variant.coding));
  response.set_header("Content-Type", std::string(type_of(name)));
  const std::string_view coding = name_of(variant.coding);
  if (!coding.empty()) response.set_header("Content-Encoding", std::string(coding));
  answer.body = variant.bytes;
  return answer;
}

/// Whether pages of portals load it: the element, its engine and what they import. In the folder of
/// somebody who works on the page these are modules that are not bundled yet, under any name.
bool Files::is_for_portals(std::string_view name) const {
  const auto found = files_.find(name);
  if (found != files_.end()) return !found->second.integrity.empty();
  return name.ends_with(".js") || name.ends_with(".wasm");
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

/// From the folder. It blocks for a disk.
std::optional<std::string> Files::read(std::string_view name) const {
  if (root_.empty() || !is_plain_name(name) || type_of(name).empty()) return std::nullopt;
  const std::filesystem::path path = std::filesystem::path(root_) / name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kMaxPageFile) return std::nullopt;
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(size, '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) return std::nullopt;
  return bytes;
}

}  // namespace jobtree::gateway
