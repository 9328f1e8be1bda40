// Header fields of HTTP that more than one route understands: versions, codings and languages.
//
// Knows: the grammar of ETag, If-None-Match, Accept-Encoding and Accept-Language (RFC 9110). Must
// not know: what is sent with them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jobtree::gateway {

/// How a body is packed for the way (RFC 9110, 8.4.1); zstd: RFC 8878.
enum class Coding { identity, gzip, br, zstd };
inline constexpr std::size_t kCodings = 4;

/// "gzip", as in Content-Encoding; "" for identity.
std::string_view name_of(Coding coding);

/// A strong validator (RFC 9110, 8.8.3) of these bytes: quoted, from their SHA-256.
std::string etag_of(std::string_view bytes);

/// The tag of the same version in a coding: "abc" -> "abc-zstd". Each coding is a representation of
/// its own, so each needs a tag of its own.
std::string etag_of(std::string_view etag, Coding coding);

/// Whether an If-None-Match names this version, in whatever coding: the tag itself, that of any
/// coding, a weak one (W/), one to which a proxy added what it did to the body ("-gzip", ";br",
/// "--gzip"), or "*". `etag`: that of the plain body.
bool names_version(std::string_view if_none_match, std::string_view etag);

/// The coding of the first tag in an If-None-Match that is one of ours of this version; nothing
/// when none is. A 304 repeats the tag the viewer has, so that caches find what they keep.
std::optional<Coding> named_coding(std::string_view if_none_match, std::string_view etag);

/// What an Accept-Encoding header allows, and how much each is wanted (RFC 9110, 12.5.3).
class AcceptedCodings {
 public:
  /// Names in any case of letters. An empty header, or none, is the plain body alone.
  explicit AcceptedCodings(std::string_view accept_encoding);

  /// In thousandths; 0: not wanted.
  int weight(Coding coding) const { return weights_[static_cast<std::size_t>(coding)]; }
  /// Whether anything but the plain body may be sent.
  bool takes(Coding coding) const { return weight(coding) > 0; }
  /// The one that is wanted most; of equals zstd, br, gzip, then the plain body. When nothing is
  /// allowed at all: the plain body, for an answer in a form nobody asked for is of more use than
  /// none.
  Coding best() const;

 private:
  std::array<int, kCodings> weights_{};
};

/// Those that there are words in.
enum class Language { en, zh };

/// What an Accept-Language wants most of them (RFC 9110, 12.5.4), "zh-CN" counting as Chinese; of
/// equals the first. English where it wants neither.
Language preferred_language(std::string_view accept_language);

}  // namespace jobtree::gateway
