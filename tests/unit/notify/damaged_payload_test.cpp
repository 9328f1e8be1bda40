// Payloads that were cut and changed at random: something comes out or nothing does, and what comes
// out can be told by every channel.
#include <random>

#include "notify/notice_json.h"
#include "unit/notify/told.h"

namespace jobtree::notify::damaged_payload_test {

using namespace tests;

namespace {

std::string damaged(std::string text, std::mt19937& random) {
  constexpr std::string_view kBytes = "\"\\{}[]:,0 \n\xff\xe7u<@";
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  for (std::size_t times = 1 + below(4); times > 0 && !text.empty(); --times) {
    const std::size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text[at] = kBytes[below(kBytes.size())];
        break;
      case 1:
        text.erase(at, below(40));
        break;
      case 2:
        text.insert(at, 1, kBytes[below(kBytes.size())]);
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(200)));
    }
  }
  return text;
}

/// Whether it came out as it has to be, or not at all.
bool is_sound(const std::string& payload) {
  const auto content = content_of(payload);
  if (!content) return true;
  if (!content_of(payload_of(*content))) return false;
  for (std::size_t i = 0; i < kChannelKinds; ++i) {
    const Channel channel = channel_of(static_cast<ChannelKind>(i));
    const auto all = dispatches_of({.channel = channel,
                                    .secrets = {},
                                    .content = *content,
                                    .at = Time(),
                                    .public_url = kPublicUrl});
    if (!all) return false;
    const auto* request = std::get_if<HttpRequest>(&all.value().at(0));
    if (request != nullptr && (request->body.size() > 20'000 || !json::accept(request->body))) {
      return false;
    }
  }
  return true;
}

std::vector<std::string> samples() {
  const std::vector<Notice> notices{failed_notice(), hostile_notice()};
  return {payload_of(failed_notice()), payload_of(hostile_notice()),
          payload_of(digest_of(notices, true, kPublicUrl))};
}

}  // namespace

TEST_CASE("Payloads cut anywhere give nothing") {
  std::size_t found = 0;
  for (const std::string& sample : samples()) {
    for (std::size_t length = 0; length < sample.size(); ++length)
      found += content_of(sample.substr(0, length)) ? 1 : 0;
  }
  CHECK(found == 0);
}

TEST_CASE("Payloads changed at random can be told, or are nothing") {
  std::mt19937 random(20261128);  // NOLINT(cert-msc51-cpp): the same each time
  std::size_t flaws = 0;
  for (const std::string& sample : samples()) {
    for (int i = 0; i < 300; ++i)
      flaws += is_sound(damaged(sample, random)) ? 0 : 1;
  }
  CHECK(flaws == 0);
}

}  // namespace jobtree::notify::damaged_payload_test
