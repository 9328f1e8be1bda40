#include "simulator/vendors/feishu_card.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mentions.h"

namespace jobtree::simulator::feishu {
namespace {

using nlohmann::json;

constexpr auto kColours = std::to_array<std::string_view>(
    {"blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet",
     "purple", "indigo", "grey", "default"});

class CardReader {
 public:
  explicit CardReader(Shown& shown) : shown_(shown) {}

  std::string read(const json& card) {
    if (const json* header = member_of(card, "header")) read_header(*header);
    const json* elements = list_of(card, "elements");
    if (elements == nullptr || elements->empty()) {
      fail("card.elements need");
    } else {
      for (const json& element : *elements)
        read_element(element);
    }
    return wrong_;
  }

 private:
  /// The first that is wrong.
  void fail(std::string_view what) {
    if (wrong_.empty()) wrong_ = what;
  }

  void read_header(const json& header) {
    const json* title = object_of(header, "title");
    if (title == nullptr || text_of(*title, "content").empty()) {
      fail("card.header.title need");
    } else {
      read_text(*title);
    }
    const json* colour = member_of(header, "template");
    if (colour == nullptr) return;
    if (std::ranges::find(kColours, text_of(header, "template")) == kColours.end()) {
      fail("card.header.template invalid");
    }
  }

  /// {"tag": "plain_text", "content": "…"}: only in lark_md is markup more than characters.
  void read_text(const json& text) {
    const std::string tag = text_of(text, "tag");
    const json* content = member_of(text, "content");
    if (content == nullptr || !content->is_string()) return fail("text.content need");
    if (tag != "plain_text" && tag != "lark_md") return fail("text.tag invalid");
    add(text_of(text, "content"), tag == "lark_md");
  }

  void add(const std::string& content, bool has_markup) {
    shown_.add_line(content);
    if (has_markup) mention_by_at_tags(content, shown_);
  }

  void read_element(const json& element) {
    const std::string tag = text_of(element, "tag");
    if (tag == "div") {
      read_div(element);
    } else if (tag == "markdown") {
      const std::string content = text_of(element, "content");
      if (content.empty()) fail("markdown.content need");
      add(content, true);
    } else if (tag == "note") {
      read_list(element, "elements", &CardReader::read_text);
    } else if (tag == "action") {
      read_list(element, "actions", &CardReader::read_button);
    } else if (tag != "hr") {
      fail("card element tag invalid");
    }
  }

  void read_list(const json& element, const char* name, void (CardReader::*read)(const json&)) {
    const json* list = list_of(element, name);
    if (list == nullptr || list->empty()) return fail(std::string(name) + " need");
    for (const json& one : *list)
      (this->*read)(one);
  }

  void read_div(const json& element) {
    const json* text = object_of(element, "text");
    if (text != nullptr) read_text(*text);
    if (member_of(element, "fields") != nullptr) {
      read_list(element, "fields", &CardReader::read_field);
    } else if (text == nullptr) {
      fail("div.text need");
    }
  }

  void read_field(const json& field) {
    const json* is_short = member_of(field, "is_short");
    if (is_short != nullptr && !is_short->is_boolean()) fail("field.is_short invalid");
    const json* text = object_of(field, "text");
    if (text == nullptr) return fail("field.text need");
    read_text(*text);
  }

  void read_button(const json& button) {
    const json* text = object_of(button, "text");
    if (text_of(button, "tag") != "button" || text == nullptr) return fail("action invalid");
    read_text(*text);
    shown_.add_link(text_of(button, "url"));
  }

  Shown& shown_;
  std::string wrong_;
};

}  // namespace

std::string read_card(const json& card, Shown& shown) {
  return CardReader(shown).read(card);
}

}  // namespace jobtree::simulator::feishu
