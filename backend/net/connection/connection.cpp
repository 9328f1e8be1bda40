#include "net/connection/connection.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace jobtree::net {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

/// The parts of an answer without their first `skip` bytes, and no more than `most`.
class Parts {
 public:
  Parts(std::size_t skip, std::size_t most) : skip_(skip), left_(most) {}

  void add(std::string_view bytes) {
    const std::size_t passed = std::min(skip_, bytes.size());
    skip_ -= passed;
    bytes = bytes.substr(passed, left_);
    if (bytes.empty()) return;
    left_ -= bytes.size();
    // It is not written to; the type is older than const.
    parts_[count_++] = {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
    size_ += bytes.size();
  }

  std::span<const iovec> parts() const { return {parts_.data(), count_}; }
  std::size_t size() const { return size_; }

 private:
  std::size_t skip_, left_;
  std::size_t size_ = 0, count_ = 0;
  std::array<iovec, 3> parts_{};
};

std::string_view view(const std::shared_ptr<const std::string>& text) {
  return text ? std::string_view(*text) : std::string_view();
}

}  // namespace

void Outgoing::begin(Prepared answer, std::shared_ptr<const std::string> tail, bool with_body,
                     const Delivery& delivery, Clock::time_point now) {
  answer_ = std::move(answer);
  tail_ = std::move(tail);
  with_body_ = with_body;
  delivery_ = delivery;
  sent_ = 0;
  resume_at_ = now + delivery.delay;
}

Outgoing::Progress Outgoing::send(Socket& socket, Clock::time_point now) {
  for (;;) {
    if (sent_ == 0 && now < resume_at_) return Progress::paused;  // the delay
    std::size_t most = kAll;
    if (delivery_.cut_after) most = *delivery_.cut_after - std::min(sent_, *delivery_.cut_after);
    if (delivery_.drip > 0) most = std::min(most, delivery_.drip);
    Parts parts(sent_, most);
    parts.add(view(answer_.head));
    parts.add(view(tail_));
    if (with_body_) parts.add(view(answer_.body));
    if (parts.size() == 0) {
      resume_at_ = now + delivery_.end_after;
      return Progress::done;
    }
    if (now < resume_at_) return Progress::paused;  // between two drips
    std::size_t count = 0;
    const Socket::Result result = socket.send(parts.parts(), count);
    if (result == Socket::Result::ended) return Progress::broken;
    if (result == Socket::Result::again) return Progress::blocked;
    sent_ += count;
    if (delivery_.drip > 0 && delivery_.drip_every.count() > 0) {
      resume_at_ = now + delivery_.drip_every;
    }
  }
}

void Outgoing::end() {
  answer_ = {};
  tail_ = nullptr;
}

}  // namespace jobtree::net
