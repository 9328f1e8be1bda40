// The file of channels and rules: what it says, and what is said when it is wrong.
#include "notify/setup/channel_file.h"

#include "unit/notify/told.h"

namespace jobtree::notify::channel_file_test {

using namespace tests;

namespace {

ChannelFile parsed(const std::string& text) {
  auto file = parse_channel_file(text);
  INFO((file ? "" : file.error()));
  REQUIRE(file);
  return std::move(file.value());
}

std::string mistake(const std::string& text) {
  const auto file = parse_channel_file(text);
  if (file) return "none";
  CHECK(file.failure().kind() == Failure::Kind::usage);
  CHECK(file.failure().text().zh.starts_with("第 "));
  return file.error();
}

/// A channel of this kind, with more lines.
std::string with(const std::string& kind, const std::string& more) {
  return "channels:\n  a:\n    kind: " + kind + "\n" + more;
}

const std::string kWhole = R"(# who is told
channels:
  ops:
    kind: feishu
    url_file: /etc/jobtree/ops.url
    secret_file: /etc/jobtree/ops.secret
    language: zh
    keyword: jobtree
    mentions: {everyone: true, users: [ou_1, li@example.com]}
  audit:
    kind: webhook
    url: https://hooks.example/jobtree
    secret_files: [/etc/jobtree/new, /etc/jobtree/old]
    allow_networks: [10.0.0.0/8, "fd00::/8"]
  post:
    kind: mail
    url: smtps://mail.example:465
    user: jobs
    secret_file: /etc/jobtree/mail.password
    from: jobs@example.com
    to: [li@example.com, wang@example.com]
    time_zone: "-03:30"
rules:
  - jobs: {service: ecs, type: "create*", project: prod, label: "release-*", person: anna, region: cn-*}
    on: [failed, stuck]
    to: [ops, audit]
  - to: post
)";

}  // namespace

TEST_CASE("A file has channels with all that belongs to them") {
  const ChannelFile file = parsed(kWhole);
  REQUIRE(file.channels.size() == 3);
  const Channel& ops = file.channels[0];
  CHECK(ops.name == "ops");
  CHECK(ops.kind == ChannelKind::feishu);
  CHECK(ops.url_file == "/etc/jobtree/ops.url");
  CHECK(ops.secret_files == std::vector<std::string>{"/etc/jobtree/ops.secret"});
  CHECK(ops.style.language == Language::zh);
  CHECK(ops.style.zone == std::chrono::hours(8));
  CHECK(ops.keyword == "jobtree");
  CHECK(ops.mentions.everyone);
  CHECK(ops.mentions.users.size() == 2);
  const Channel& audit = file.channels[1];
  CHECK(audit.url == "https://hooks.example/jobtree");
  CHECK(audit.secret_files.size() == 2);
  CHECK(audit.allowed_networks.size() == 2);
  CHECK(audit.style.zone == Zone(0));
  const Channel& post = file.channels[2];
  CHECK(post.user == "jobs");
  CHECK(post.to.size() == 2);
  CHECK(post.style.zone == Zone(-210));
}

TEST_CASE("A file has rules, and a rule that says little has jobs of all kinds") {
  const ChannelFile file = parsed(kWhole);
  REQUIRE(file.rules.size() == 2);
  const Rule& first = file.rules[0];
  CHECK(first.jobs.service == "ecs");
  CHECK(first.jobs.type == "create*");
  CHECK(first.jobs.project == "prod");
  CHECK(first.jobs.label == "release-*");
  CHECK(first.jobs.person == "anna");
  CHECK(first.jobs.region == "cn-*");
  CHECK(first.on.count() == 2);
  CHECK(first.channels == std::vector<std::string>{"ops", "audit"});
  CHECK(file.rules[1].jobs.service.empty());
  CHECK(file.rules[1].on == usual_triggers());
  CHECK(file.rules[1].channels == std::vector<std::string>{"post"});
}

TEST_CASE("A file says what people call projects") {
  const ChannelFile file =
      parsed("projects:\n  production: 0605767cc80010f42f1ec00bc0e6b7a8\n  \"测试 环境\": \"-\"\n");
  CHECK(file.projects ==
        ProjectNames{{"0605767cc80010f42f1ec00bc0e6b7a8", "production"}, {"-", "测试 环境"}});
  CHECK(mistake("projects:\n  prod: x y\n") ==
        "line 2: projects has \"x y\", which is not a project ID");
  CHECK(mistake("projects: {a: \"-\", b: \"-\"}") == "line 1: projects has two names for -");
  CHECK(mistake("projects: {a: [b]}") == "line 1: projects.a must be a text");
  CHECK(mistake("projects: {? [a] : b}") ==
        "line 1: projects has a name that is not one line of 1 to 40 bytes");
  CHECK(mistake("projects: [a]") == "line 1: projects must be a mapping (name: value)");
  std::string many = "projects:\n";
  for (int i = 0; i <= 100; ++i)
    many += "  p" + std::to_string(i) + ": p" + std::to_string(i) + "\n";
  CHECK(mistake(many) == "line 2: projects has more than 100 entries");
}

TEST_CASE("JSON is YAML, and an empty file has nothing") {
  CHECK(parsed(R"({"channels": {"a": {"kind": "slack", "url_file": "/f"}},
                  "rules": [{"to": ["a"], "on": ["begun"]}]})")
            .rules.size() == 1);
  for (const char* text : {"", "# only words\n", "{}", "channels:\nrules:\n"}) {
    CAPTURE(text);
    CHECK(parsed(text).channels.empty());
  }
}

TEST_CASE("A mistake is named with its line and place, and with what to do") {
  struct Case {
    std::string text;
    const char* said;
  };
  const std::string url = "    url_file: /f\n";
  for (
      const auto& [text, said] : std::initializer_list<Case>{
          {"[]", "line 1: the top must be a mapping (name: value)"},
          {"chanels: {}", "line 1: the top has an unknown member \"chanels\""},
          {"channels: []", "line 1: channels must be a mapping (name: value)"},
          {"channels:\n  \"a b\": {kind: slack, url_file: /f}",
           "line 2: channels.a b has a name that is not 1 to 64 letters, digits, \"-\" and \"_\""},
          {"channels:\n  a: {}", "line 2: channels.a.kind is missing"},
          {with("telegram", url),
           "line 3: channels.a.kind must be one of feishu, dingtalk, wecom, slack, webhook, mail, "
           "alertmanager"},
          {with("feishu", ""), "line 3: channels.a.url_file is missing"},
          {with("feishu", "    url: https://open.feishu.cn/hook/1\n"),
           "line 4: channels.a.url is a key, for who knows it can send: write it to a file, and "
           "name that under url_file"},
          {with("webhook", ""), "line 3: channels.a.url_file or url must be there, and not both"},
          {with("webhook", url + "    url: https://x.example\n"),
           "line 4: channels.a.url_file or url must be there, and not both"},
          {with("feishu", url + "    secret: abc\n"),
           "line 5: channels.a.secret must not stand here: write it to a file, and name that under "
           "secret_file"},
          {with("slack", url + "    secret_file: /s\n"),
           "line 5: channels.a.secret_file is not for slack: its URL is the secret"},
          {with("dingtalk", url + "    secret_files: [/s, /t]\n"),
           "line 5: channels.a.secret_files can have several only of a webhook"},
          {with("feishu", url + "    language: fr\n"),
           "line 5: channels.a.language must be one of en, zh"},
          {with("feishu", url + "    time_zone: Asia/Shanghai\n"),
           "line 5: channels.a.time_zone must be an offset such as \"+08:00\", or UTC"},
          {with("feishu", url + "    keyword: \"<b>\"\n"),
           "line 5: channels.a.keyword must be at most 60 bytes without any of & < > [ ] * ` @ \\ "
           "#"},
          {with("feishu", url + "    mentions: {mobiles: [\"1\"]}\n"),
           "line 5: channels.a.mentions.mobiles is not for feishu"},
          {with("feishu", url + "    mentions: {users: [\"x></at>\"]}\n"),
           "line 5: channels.a.mentions.users must be IDs as the vendor gives them: up to 64 "
           "letters, "
           "digits and _-.@+"},
          {with("feishu", url + "    mentions: {everyone: yes}\n"),
           "line 5: channels.a.mentions.everyone must be true or false"},
          {with("webhook", url + "    mentions: {everyone: true}\n"),
           "line 5: channels.a.mentions is not for webhook"},
          {with("webhook", url + "    allow_networks: [10.0.0.1/8]\n"),
           "line 5: channels.a.allow_networks has \"10.0.0.1/8\", which is no network such as "
           "10.0.0.0/8 or fd00::/8"},
          {with("webhook", url + "    signature: md5\n"),
           "line 5: channels.a.signature must be one of github"},
          {with("webhook", url + "    keyword: x\n"),
           "line 5: channels.a has an unknown member \"keyword\""},
          {with("feishu", url + "    url_file: /g\n"), "line 3: channels.a has \"url_file\" twice"},
          {with("mail", url), "line 3: channels.a.from is missing"},
          {with("mail", url + "    from: \"x\"\n    to: a@b.example\n"),
           "line 5: channels.a.from must be an address such as jobs@example.com"},
          {with("mail", url + "    from: a@b.example\n    to: [a@b.example, \"x, y@z\"]\n"),
           "line 6: channels.a.to must be an address such as jobs@example.com"},
          {with("mail", url + "    from: a@b.example\n    to: a@b.example\n    user: u\n"),
           "line 7: channels.a.user needs a secret_file with its password"},
          {with("slack", url) + "rules: {}\n", "line 5: rules must be a list"},
          {with("slack", url) + "rules:\n  - on: failed\n", "line 6: rules[0].to is missing"},
          {with("slack", url) + "rules:\n  - to: b\n",
           "line 6: rules[0].to names \"b\", which is no channel of this file"},
          {with("slack", url) + "rules:\n  - to: a\n    on: [done]\n",
           "line 7: rules[0].on must be one of begun, settled, failed, first_failure, stuck, "
           "group_new, group_back"},
          {with("slack", url) + "rules:\n  - to: a\n    on: []\n", "line 7: rules[0].on is empty"},
          {with("slack", url) + "rules:\n  - to: a\n    jobs: {name: x}\n",
           "line 7: rules[0].jobs has an unknown member \"name\""},
          {with("slack", "    url_file: [/f]\n    url_file2: x\n"),
           "line 4: channels.a.url_file must be a text"}}) {
    CAPTURE(text);
    CHECK(mistake(text) == said);
  }
}

TEST_CASE("What is no YAML is refused with its line") {
  for (const char* text : {"channels:\n  - {a", "a:\n\t- b", "x: *nobody", "\"", "a: b: c"}) {
    CAPTURE(text);
    CHECK(mistake(text).starts_with("line "));
  }
}

TEST_CASE("A file that would fill the memory or the stack is refused") {
  const auto refused = parse_channel_file(std::string(kLargestChannelFile + 1, '#'));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == "there are more than 64 KiB");
  CHECK(parse_channel_file(std::string(kLargestChannelFile, '#')));
  CHECK(mistake(std::string(60'000, '[')).starts_with("line "));
  std::string bomb = "channels:\n  a: &a {kind: slack, url_file: /f}\n";
  for (std::size_t i = 0; i < kMostChannels; ++i)
    bomb += "  b" + std::to_string(i) + ": *a\n";
  CHECK(contains(mistake(bomb), "channels has more than 32 entries"));
  bomb = with("slack", "    url_file: /f\n") + "rules:\n  - &r {to: a}\n";
  for (std::size_t i = 0; i < kMostRules; ++i)
    bomb += "  - *r\n";
  CHECK(contains(mistake(bomb), "rules has more than 200 entries"));
  bomb = "";
  for (int i = 0; i < 5000; ++i)
    bomb += "a" + std::to_string(i) + ": 1\n";
  CHECK(contains(mistake(bomb), "has more than 100 entries"));
  CHECK(contains(mistake(with("slack", "    url_file: /" + std::string(2000, 'f') + "\n")),
                 "must be one line of UTF-8 of at most 1024 bytes"));
  CHECK(contains(mistake(with("slack", "    url_file: \"/f\\nx\"\n")), "must be one line"));
}

TEST_CASE("A file cut anywhere is a file or a mistake") {
  for (std::size_t length = 0; length < kWhole.size(); ++length) {
    const auto file = parse_channel_file(kWhole.substr(0, length));
    if (!file) CHECK_FALSE(file.failure().text().zh.empty());
  }
}

}  // namespace jobtree::notify::channel_file_test
