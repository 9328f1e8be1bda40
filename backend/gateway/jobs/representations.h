// The forms in which one version of a body is sent: plain, and packed in each coding that somebody
// takes. Each is made once, and shared by all viewers.
//
// Knows: codings, who waits for one. Must not know: viewers, headers.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "gateway/http_fields.h"
#include "gateway/jobs/cache/byte_ledger.h"
#include "gateway/jobs/packer.h"

namespace jobtree::gateway {

/// Bytes ready to send. Never changed; they are in memory, and counted, while somebody holds them.
struct Form {
  Coding coding = Coding::identity;
  std::shared_ptr<const std::string> bytes{};
};

/// Thread-safe.
class Representations {
 public:
  using Done = std::function<void(Form)>;
  /// The plain body. It keeps this object in memory too, while a form is made and sent.
  using Plain = std::shared_ptr<const std::string>;

  /// `packer` must outlive it.
  Representations(Packer& packer, std::shared_ptr<ByteLedger> ledger)
      : packer_(packer), ledger_(std::move(ledger)) {}

  /// The form for who wants this coding; nothing when it is still to be made. A body that does not
  /// get smaller, or for whose packed form there is no memory, is sent plain.
  std::optional<Form> find(Coding wanted, const Plain& plain);
  /// Has it made, once, and calls `done` once: later from another thread, or from here when it is
  /// there; or never, when the packer closes before. `done` may be empty, and must not throw.
  void make(Coding wanted, Plain plain, Done done);
  /// The codings that were wanted so far.
  std::vector<Coding> wanted() const;

 private:
  struct Slot {
    enum class State {
      none,
      making,
      made,
      useless  ///< the plain body is sent in its place
    };
    State state = State::none;
    bool is_wanted = false;
    std::shared_ptr<const std::string> bytes{};
    std::vector<Done> waiting{};
  };

  Slot& slot(Coding coding) JOBTREE_REQUIRES(mutex_) {
    return slots_[static_cast<std::size_t>(coding)];
  }
  std::optional<Form> form_of(Coding coding, const Plain& plain) JOBTREE_REQUIRES(mutex_);
  void pack_now(Coding coding, const Plain& plain);
  /// Forgets who waits for a form that nobody makes any more: they have what has this object.
  void let_go(Coding coding);

  Packer& packer_;
  const std::shared_ptr<ByteLedger> ledger_;
  mutable Mutex mutex_;
  std::array<Slot, kCodings> slots_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway
