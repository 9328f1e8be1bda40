#include "gateway/jobs/representations.h"

namespace jobtree::gateway {
namespace {

/// Bytes with what counts them.
struct Counted {
  std::string bytes;
  ByteCharge charge;
};

}  // namespace

std::optional<Form> Representations::find(Coding wanted, const Plain& plain) {
  if (wanted == Coding::identity) return Form{Coding::identity, plain};
  const Lock lock(mutex_);
  slot(wanted).is_wanted = true;
  return form_of(wanted, plain);
}

void Representations::make(Coding wanted, Plain plain, Done done) {
  if (auto form = find(wanted, plain)) {
    if (done) done(std::move(*form));
    return;
  }
  std::optional<Form> form;
  bool begins = false;
  {
    const Lock lock(mutex_);
    form = form_of(wanted, plain);  // it may have come since
    if (!form) {
      Slot& making = slot(wanted);
      begins = making.state == Slot::State::none;
      making.state = Slot::State::making;
      if (done) making.waiting.push_back(std::exchange(done, nullptr));
    }
  }
  if (form && done) {
    done(std::move(*form));
  } else if (begins) {
    const std::shared_ptr<void> end(nullptr, [this, wanted, plain](void*) { let_go(wanted); });
    packer_.run([this, wanted, plain = std::move(plain), end] { pack_now(wanted, plain); });
  }
}

std::vector<Coding> Representations::wanted() const {
  const Lock lock(mutex_);
  std::vector<Coding> wanted;
  for (const Coding coding : {Coding::gzip, Coding::br, Coding::zstd}) {
    if (slots_[static_cast<std::size_t>(coding)].is_wanted) wanted.push_back(coding);
  }
  return wanted;
}

std::optional<Form> Representations::form_of(Coding coding, const Plain& plain) {
  const Slot& made = slot(coding);
  if (made.state == Slot::State::made) return Form{coding, made.bytes};
  if (made.state == Slot::State::useless) return Form{Coding::identity, plain};
  return std::nullopt;
}

void Representations::let_go(Coding coding) {
  std::vector<Done> waiting;
  const Lock lock(mutex_);
  if (slot(coding).state != Slot::State::making) return;
  slot(coding).state = Slot::State::none;
  waiting = std::exchange(slot(coding).waiting, {});
}

void Representations::pack_now(Coding coding, const Plain& plain) {
  std::shared_ptr<const std::string> bytes;
  if (auto packed = pack(coding, *plain)) {
    if (auto charge = ByteCharge::make(ledger_, packed->size())) {
      const auto counted =
          std::make_shared<const Counted>(Counted{std::move(*packed), std::move(*charge)});
      bytes = {counted, &counted->bytes};
    }
  }
  std::vector<Done> waiting;
  Form form{Coding::identity, plain};
  if (bytes) form = {coding, bytes};
  {
    const Lock lock(mutex_);
    Slot& made = slot(coding);
    made.state = bytes ? Slot::State::made : Slot::State::useless;
    made.bytes = std::move(bytes);
    waiting = std::exchange(made.waiting, {});
  }
  for (const Done& done : waiting) {
    done(form);
  }
}

}  // namespace jobtree::gateway
