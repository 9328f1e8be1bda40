#include "notify/sending/reply_text.h"

#include <nlohmann/json.hpp>

#include "notify/plain_text.h"
#include "store/record_json.h"

namespace jobtree::notify {
namespace {

constexpr std::size_t kLongest = 900;  // bytes, of each: both fit into what the outbox keeps

}  // namespace

std::string reply_text(const Bilingual& text) {
  return store::text_of(nlohmann::ordered_json{{"en", plain_line(text.en, kLongest)},
                                               {"zh", plain_line(text.zh, kLongest)}});
}

Bilingual words_of_reply(std::string_view reply) {
  const auto json = nlohmann::json::parse(reply, nullptr, false);
  const auto text = [&json](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!json.is_object() || !json.contains("en")) return Bilingual(plain_line(reply, kLongest));
  return {text("en"), text("zh")};
}

}  // namespace jobtree::notify
