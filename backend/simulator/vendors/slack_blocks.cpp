#include "simulator/vendors/slack_blocks.h"

#include <nlohmann/json.hpp>
#include <string>

#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mentions.h"

namespace jobtree::simulator::slack {
namespace {

using nlohmann::json;

constexpr std::string_view kInvalid = "invalid_blocks";

// https://docs.slack.dev/reference/block-kit: characters, and numbers of parts.
constexpr std::size_t kMostBlocks = 50;
constexpr std::size_t kLongestHeader = 150;
constexpr std::size_t kLongestSection = 3000;
constexpr std::size_t kLongestField = 2000;
constexpr std::size_t kLongestButton = 75;
constexpr std::size_t kLongestUrl = 3000;
constexpr std::size_t kMostFields = 10;
constexpr std::size_t kMostNotes = 10;
constexpr std::size_t kMostButtons = 25;
/// Of all blocks together; in no page of the vendor (slackapi/bolt-js, issue 2509).
constexpr std::size_t kLongestMessage = 13'200;

class BlocksReader {
 public:
  explicit BlocksReader(Shown& shown) : shown_(shown) {}

  std::string_view read(const json& blocks) {
    if (!blocks.is_array()) return "invalid_blocks_format";
    if (blocks.size() > kMostBlocks) return kInvalid;
    for (const json& block : blocks) {
      if (!is_read(block)) return kInvalid;
    }
    return characters_ > kLongestMessage ? "msg_blocks_too_long" : "";
  }

 private:
  enum class Markup { none, any };

  bool is_read(const json& block) {
    const std::string type = text_of(block, "type");
    if (type == "divider") return true;
    if (type == "header") return is_text(block, Markup::none, kLongestHeader);
    if (type == "section") return is_section(block);
    if (type == "context") {
      return are_read(block, "elements", kMostNotes, [this](const json& note) {
        return is_text_object(note, Markup::any, kLongestField);
      });
    }
    return type == "actions" && are_read(block, "elements", kMostButtons,
                                         [this](const json& button) { return is_button(button); });
  }

  template <class Read>
  static bool are_read(const json& block, const char* name, std::size_t most, Read read) {
    const json* list = list_of(block, name);
    if (list == nullptr || list->empty() || list->size() > most) return false;
    for (const json& one : *list) {
      if (!read(one)) return false;
    }
    return true;
  }

  bool is_section(const json& block) {
    const bool has_text = member_of(block, "text") != nullptr;
    if (has_text && !is_text(block, Markup::any, kLongestSection)) return false;
    if (member_of(block, "fields") == nullptr) return has_text;
    return are_read(block, "fields", kMostFields, [this](const json& field) {
      return is_text_object(field, Markup::any, kLongestField);
    });
  }

  bool is_button(const json& button) {
    if (text_of(button, "type") != "button") return false;
    if (!is_text(button, Markup::none, kLongestButton)) return false;
    const std::string url = text_of(button, "url");
    shown_.add_link(url);
    return characters_in(url) <= kLongestUrl;
  }

  bool is_text(const json& block, Markup markup, std::size_t longest) {
    const json* text = member_of(block, "text");
    return text != nullptr && is_text_object(*text, markup, longest);
  }

  /// {"type": "plain_text", "text": "…"}; in mrkdwn, where it can stand, "<…>" is more than
  /// characters.
  bool is_text_object(const json& object, Markup markup, std::size_t longest) {
    const std::string type = text_of(object, "type");
    const std::string text = text_of(object, "text");
    const bool has_markup = type == "mrkdwn";
    if (type != "plain_text" && !(has_markup && markup == Markup::any)) return false;
    const std::size_t length = characters_in(text);
    characters_ += length;
    shown_.add_line(text);
    if (has_markup) mention_by_angle_brackets(text, shown_);
    return length > 0 && length <= longest;
  }

  Shown& shown_;
  std::size_t characters_ = 0;
};

}  // namespace

std::string_view read_blocks(const json& blocks, Shown& shown) {
  return BlocksReader(shown).read(blocks);
}

}  // namespace jobtree::simulator::slack
