#include "simulator/vendors/parts/mentions.h"

#include "unit/catch.h"

namespace jobtree::simulator::mentions_test {

namespace {

using Names = std::vector<std::string>;

template <class Find>
Names found(Find find, std::string_view text) {
  Shown shown;
  find(text, shown);
  return shown.mentions();
}

Names by_at_tags(std::string_view text) {
  return found(mention_by_at_tags, text);
}

}  // namespace

TEST_CASE("Feishu mentions by tags, with quotes or without") {
  CHECK(by_at_tags("<at id=all></at>") == Names{"all"});
  CHECK(by_at_tags("a <at user_id=\"ou_x\">Li Si</at> b") == Names{"ou_x"});
  CHECK(by_at_tags("<at email='a@b.example'></at>") == Names{"a@b.example"});
  CHECK(by_at_tags("<at\n class=x id=ou_1 ></at><at id=ou_2>") == Names{"ou_1", "ou_2"});
  CHECK(by_at_tags("<at id=all></at> <at id=all></at>") == Names{"all"});
}

TEST_CASE("What only looks like a tag mentions nobody") {
  for (const char* text :
       {"", "<at", "<at id=all", "<at>", "<at id>", "<at =>", "< at id=all>", "<attr id=all>",
        "&lt;at id=all&gt;", "@all", "<at id=>", "<at id=\"\">", "<at href=all>", "<at id=\">"}) {
    INFO(text);
    CHECK(by_at_tags(text).empty());
  }
}

TEST_CASE("WeCom mentions persons, and never everybody") {
  CHECK(found(mention_by_at_signs, "<@li> and <@wang>") == Names{"li", "wang"});
  CHECK(found(mention_by_at_signs, "<@all> @li <li> <@li").empty());
}

TEST_CASE("Slack mentions groups and persons, with a label or without") {
  const auto mentioned = [](std::string_view text) {
    return found(mention_by_angle_brackets, text);
  };
  CHECK(mentioned("<!channel> <!here|here> <!everyone>") == Names{"channel", "here", "everyone"});
  CHECK(mentioned("<@U1> <@W2|li> <!subteam^S3|ops>") == Names{"U1", "W2", "subteam^S3"});
  CHECK(mentioned("<https://jobs.example/|open> <#C1> <!date^1|x> &lt;!channel&gt; <!channel")
            .empty());
  CHECK(mentioned("a < b <!channel>") == Names{"channel"});
}

TEST_CASE("A message mentions so many, and not more") {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "<@U" + std::to_string(i) + ">";
  CHECK(found(mention_by_angle_brackets, text).size() == Shown::kMost);
}

}  // namespace jobtree::simulator::mentions_test
