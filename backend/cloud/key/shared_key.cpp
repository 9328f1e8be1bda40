#include "cloud/key/shared_key.h"

#include <openssl/evp.h>

#include <array>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "base/hex.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kNameBytes = 16;
constexpr int kLocks = 5;    // more refusals in a row than that
constexpr int kAllowed = 3;  // permitted by the others
// An answer that is late is no reason to go without it.
constexpr std::chrono::seconds kAway{10};
// Many queries wait for the first ones: they need not all ask again and again.
constexpr std::chrono::milliseconds kAskAgain{100};

/// Of the parts one after the other, which are not copied.
std::string digest_of(std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  for (const std::string_view part : parts)
    EVP_DigestUpdate(context.get(), part.data(), part.size());
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return to_hex(std::span(digest).first(kNameBytes));
}

}  // namespace

SharedKeyName shared_name(const Key& key) {
  return {.access = digest_of({key.access}),
          .pair = digest_of({key.access, "/", key.secret.reveal()})};
}

std::optional<SharedKey::Permit> SharedKey::acquire() {
  const auto standing = limits_.standing(name_);
  if (!limits_.is_in_touch()) return acquire_alone();
  {
    const Lock lock(mutex_);
    away_since_.reset();
  }
  if (standing && standing->shut_for.count() > 0) return std::nullopt;
  if (standing && standing->is_proven) return Permit();
  {
    const Lock lock(mutex_);
    if (now_() < ask_after_) return std::nullopt;
  }
  const auto turn = limits_.enter(name_);
  if (!turn) return acquire_alone();
  const Lock lock(mutex_);
  has_tried_ = false;
  if (turn->kind == KeyTurn::Kind::given) return Permit{.pass = turn->pass};
  ask_after_ = now_() + kAskAgain;
  return std::nullopt;
}

std::optional<SharedKey::Permit> SharedKey::acquire_alone() {
  const auto standing = limits_.standing(name_);
  if (!standing || standing->shut_for.count() > 0) return std::nullopt;
  if (standing->is_proven) return Permit{.is_own = true};
  const auto now = now_();
  const Lock lock(mutex_);
  if (!away_since_) away_since_ = now;
  if (now - *away_since_ < kAway) return std::nullopt;
  if (has_tried_ || kAllowed + limits_.replicas() > kLocks) return std::nullopt;
  has_tried_ = true;
  return Permit{.is_own = true};
}

void SharedKey::settle(Permit permit, Verdict verdict) {
  if (permit.is_own && verdict == Verdict::unknown) {
    const Lock lock(mutex_);
    has_tried_ = false;
  }
  limits_.settle(name_, permit.pass, verdict);
}

std::chrono::seconds SharedKey::shut_for() const {
  const auto standing = limits_.standing(name_);
  return standing ? standing->shut_for : std::chrono::seconds(0);
}

bool SharedKey::is_cut_off() const {
  if (limits_.is_in_touch()) return false;
  const auto standing = limits_.standing(name_);
  return !standing || !standing->is_proven;
}

}  // namespace jobtree::cloud
