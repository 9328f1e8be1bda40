#include "gateway/http_fields.h"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/hex.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kEtagBytes = 16;
/// Of equal weight, the first is taken.
constexpr std::array kByPreference{Coding::zstd, Coding::br, Coding::gzip, Coding::identity};
/// What a proxy appends to the tag of what it compresses, or one of ours did.
constexpr std::array<std::string_view, 5> kCodingMarks{"gzip", "gz", "br", "zstd", "deflate"};

/// The tag without W/ and quotes; nothing when it is none.
std::optional<std::string_view> opaque_of(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
  return tag.substr(1, tag.size() - 2);
}

/// Whether it is nothing but marks: "-gzip", "--gzip", ";br", "-zstd-gzip".
bool are_marks(std::string_view text) {
  while (!text.empty()) {
    const std::size_t begin = text.find_first_not_of("-;");
    if (begin == 0 || begin == std::string_view::npos) return false;
    text.remove_prefix(begin);
    const std::string_view mark = text.substr(0, text.find_first_of("-;"));
    if (std::ranges::find(kCodingMarks, mark) == kCodingMarks.end()) return false;
    text.remove_prefix(mark.size());
  }
  return true;
}

/// A weight in thousandths (RFC 9110, 12.4.2); -1 when it is malformed.
int weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  int weight = (text[0] - '0') * 1000;
  if (text.size() == 1) return weight;
  if (text[1] != '.') return -1;
  int unit = 100;
  for (const char digit : text.substr(2)) {
    if (!is_digit(digit)) return -1;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  return weight <= 1000 ? weight : -1;
}

/// The q of "gzip;q=0.5", 1000 when it has none, -1 when it is malformed.
int weight_in(std::string_view parameters) {
  while (!parameters.empty()) {
    parameters.remove_prefix(1);  // its semicolon
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string_view parameter = trimmed(parameters.substr(0, end), kSpaceTab);
    parameters.remove_prefix(end);
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    if (!equals_ignoring_case(parameter.substr(0, equals), "q")) continue;
    return weight_of(parameter.substr(std::min(equals + 1, parameter.size())));
  }
  return 1000;
}

std::optional<Coding> coding_of(std::string_view name) {
  if (equals_ignoring_case(name, "identity")) return Coding::identity;
  if (equals_ignoring_case(name, "x-gzip")) return Coding::gzip;  // RFC 9110, 8.4.1.3
  for (const Coding coding : {Coding::gzip, Coding::br, Coding::zstd}) {
    if (equals_ignoring_case(name, name_of(coding))) return coding;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::gzip:
      return "gzip";
    case Coding::br:
      return "br";
    case Coding::zstd:
      return "zstd";
    case Coding::identity:
      break;
  }
  return {};
}

std::string etag_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return "\"" + to_hex({digest.data(), kEtagBytes}) + "\"";
}

std::string etag_of(std::string_view etag, Coding coding) {
  std::string tag(etag);
  if (coding != Coding::identity)
    tag.insert(tag.size() - 1, std::string("-").append(name_of(coding)));
  return tag;
}

bool names_version(std::string_view if_none_match, std::string_view etag) {
  const auto version = opaque_of(etag);
  return any_list_element(if_none_match, [version](std::string_view element) {
    if (element == "*") return true;
    const auto tag = opaque_of(element);
    return version && tag && tag->starts_with(*version) && are_marks(tag->substr(version->size()));
  });
}

std::optional<Coding> named_coding(std::string_view if_none_match, std::string_view etag) {
  const auto version = opaque_of(etag);
  std::optional<Coding> named;
  any_list_element(if_none_match, [&](std::string_view element) {
    const auto tag = opaque_of(element);
    if (!version || !tag || !tag->starts_with(*version)) return false;
    const std::string_view mark = tag->substr(version->size());
    for (const Coding coding : kByPreference) {
      const bool is_it = coding == Coding::identity
                             ? mark.empty()
                             : mark.starts_with('-') && mark.substr(1) == name_of(coding);
      if (is_it) named = coding;
    }
    return named.has_value();
  });
  return named;
}

AcceptedCodings::AcceptedCodings(std::string_view accept_encoding) {
  std::array<int, kCodings> told{};
  told.fill(-1);
  int any = -1;
  any_list_element(accept_encoding, [&](std::string_view element) {
    const std::size_t semicolon = std::min(element.find(';'), element.size());
    const std::string_view name = trimmed(element.substr(0, semicolon), kSpaceTab);
    const int weight = weight_in(element.substr(semicolon));
    if (weight < 0) return false;
    if (name == "*") {
      any = weight;
    } else if (const auto coding = coding_of(name)) {
      told[static_cast<std::size_t>(*coding)] = weight;
    }
    return false;
  });
  for (const Coding coding : kByPreference) {
    const auto place = static_cast<std::size_t>(coding);
    // The plain body needs no naming, and comes last then.
    const int unnamed = coding == Coding::identity && any < 0 ? 1 : std::max(any, 0);
    weights_[place] = told[place] >= 0 ? told[place] : unnamed;
  }
}

Coding AcceptedCodings::best() const {
  Coding best = Coding::identity;
  int most = 0;
  for (const Coding coding : kByPreference) {
    if (weight(coding) <= most) continue;
    best = coding;
    most = weight(coding);
  }
  return best;
}

Language preferred_language(std::string_view accept_language) {
  Language wanted = Language::en;
  int most = 0;
  any_list_element(accept_language, [&](std::string_view element) {
    const std::size_t end = std::min(element.find(';'), element.size());
    const std::string_view range = trimmed(element.substr(0, end), kSpaceTab);
    const std::string_view language = range.substr(0, range.find('-'));
    const bool is_chinese = equals_ignoring_case(language, "zh");
    const int weight = weight_in(element.substr(end));
    if ((is_chinese || equals_ignoring_case(language, "en")) && weight > most) {
      wanted = is_chinese ? Language::zh : Language::en;
      most = weight;
    }
    return false;
  });
  return wanted;
}

}  // namespace jobtree::gateway
