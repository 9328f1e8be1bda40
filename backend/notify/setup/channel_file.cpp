#include "notify/setup/channel_file.h"

#include <algorithm>

#include "base/ascii.h"
#include "cloud/ids.h"
#include "cloud/where/url.h"
#include "notify/channels/mail.h"
#include "notify/setup/yaml_reader.h"

namespace jobtree::notify {
namespace {

constexpr std::size_t kMostEntries = 20;  // of a list
constexpr std::size_t kLongestChannelName = 64;
constexpr std::size_t kLongestKeyword = 60;
constexpr std::size_t kMostSecrets = 4;
// With a link and a title they still are one message of WeCom.
constexpr std::size_t kMostMentions = 10;
constexpr std::size_t kLongestMention = 64;
constexpr Zone kChina = std::chrono::hours(8);

bool is_channel_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestChannelName &&
         std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

/// What can stand in a tag of a vendor's markup and ends none.
bool is_mention(std::string_view text) {
  static constexpr std::string_view kSigns = "_-.@+";
  return !text.empty() && text.size() <= kLongestMention && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || kSigns.find(c) != std::string_view::npos;
  });
}

/// Whether the URL is the channel's key.
bool is_robot(ChannelKind kind) {
  return kind == ChannelKind::feishu || kind == ChannelKind::dingtalk ||
         kind == ChannelKind::wecom || kind == ChannelKind::slack;
}

/// "a, b, c"
template <class Names>
std::string listed(const Names& names) {
  std::string all;
  for (const std::string_view name : names)
    all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

template <class Value>
std::vector<std::string_view> all_names(std::size_t count) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i)
    names.push_back(name_of(static_cast<Value>(i)));
  return names;
}

Bilingual must_be_one_of(const std::string& names) {
  return bilingual({"must be one of {0}", "应为 {0} 之一"}, names);
}

void read_target(YamlReader& reader, Channel& channel) {
  channel.url = reader.text("url");
  channel.url_file = reader.text("url_file");
  if (is_robot(channel.kind) && !channel.url.empty()) {
    reader.fail("url",
                {"is a key, for who knows it can send: write it to a file, and name that "
                 "under url_file",
                 "即为密钥，知道它的人都能发送消息：请写入文件，并在 url_file 中指定该文件"});
  } else if (channel.url.empty() == channel.url_file.empty()) {
    reader.fail("url_file", is_robot(channel.kind) ? Bilingual("is missing", "缺失")
                                                   : Bilingual("or url must be there, and not both",
                                                               "与 url 必须且只能有一个"));
  }
}

void read_secrets(YamlReader& reader, Channel& channel) {
  for (const char* name : {"secret", "password", "token"}) {
    if (reader.has(name)) {
      reader.fail(name, {"must not stand here: write it to a file, and name that under secret_file",
                         "不能写在此处：请写入文件，并在 secret_file 中指定该文件"});
    }
  }
  channel.secret_files = reader.texts("secret_files", kMostSecrets);
  if (const std::string one = reader.text("secret_file"); !one.empty()) {
    channel.secret_files.insert(channel.secret_files.begin(), one);
  }
  const bool has_none = channel.kind == ChannelKind::wecom || channel.kind == ChannelKind::slack;
  if (has_none && !channel.secret_files.empty()) {
    reader.fail("secret_file", bilingual({"is not for {0}: its URL is the secret",
                                          "不适用于 {0}：其 URL 即为密钥"},
                                         name_of(channel.kind)));
  }
  if (channel.kind != ChannelKind::webhook && channel.secret_files.size() > 1) {
    reader.fail("secret_files", {"can have several only of a webhook", "仅 webhook 可有多个"});
  }
}

void read_style(YamlReader& reader, Channel& channel) {
  const std::string language = reader.text("language");
  if (!language.empty() && language != "en" && language != "zh") {
    reader.fail("language", must_be_one_of("en, zh"));
  }
  channel.style.language = language == "zh" ? Language::zh : Language::en;
  channel.style.zone = language == "zh" ? kChina : Zone(0);
  if (!reader.has("time_zone")) return;
  if (const auto zone = parse_zone(reader.text("time_zone"))) {
    channel.style.zone = *zone;
  } else {
    reader.fail("time_zone", {"must be an offset such as \"+08:00\", or UTC",
                              "应为偏移量，例如 \"+08:00\"，或 UTC"});
  }
}

void read_keyword(YamlReader& reader, Channel& channel) {
  channel.keyword = reader.text("keyword");
  // Markup would change it, and the vendor would not find it.
  const bool is_plain = channel.keyword.size() <= kLongestKeyword &&
                        channel.keyword.find_first_of("&<>[]*`@\\#") == std::string::npos;
  if (!is_plain) {
    reader.fail("keyword", bilingual({"must be at most {0} bytes without any of {1}",
                                      "最多 {0} 字节，且不能含有 {1}"},
                                     std::to_string(kLongestKeyword), "& < > [ ] * ` @ \\ #"));
  }
}

void read_mentions(YamlReader& reader, Channel& channel) {
  if (!reader.has("mentions")) return;
  if (!is_robot(channel.kind)) {
    reader.fail("mentions", bilingual({"is not for {0}", "不适用于 {0}"}, name_of(channel.kind)));
  }
  YamlReader inside = reader.object("mentions");
  Mentions& mentions = channel.mentions;
  mentions.everyone = inside.flag("everyone");
  mentions.users = inside.texts("users", kMostMentions);
  mentions.mobiles = inside.texts("mobiles", kMostMentions);
  for (const auto& [name, list] :
       {std::pair{"users", &mentions.users}, std::pair{"mobiles", &mentions.mobiles}}) {
    if (!std::ranges::all_of(*list, is_mention)) {
      inside.fail(name, {"must be IDs as the vendor gives them: up to 64 letters, digits and _-.@+",
                         "应为厂商给出的 ID：最多 64 位字母、数字和 _-.@+"});
    }
  }
  const bool has_mobiles =
      channel.kind == ChannelKind::dingtalk || channel.kind == ChannelKind::wecom;
  if (!has_mobiles && !mentions.mobiles.empty()) {
    inside.fail("mobiles", bilingual({"is not for {0}", "不适用于 {0}"}, name_of(channel.kind)));
  }
  inside.done();
}

void read_networks(YamlReader& reader, Channel& channel) {
  for (const std::string& text : reader.texts("allow_networks", kMostEntries)) {
    if (const auto network = IpNetwork::parse(text)) {
      channel.allowed_networks.push_back(*network);
    } else {
      reader.fail("allow_networks",
                  bilingual({"has \"{0}\", which is no network such as 10.0.0.0/8 or fd00::/8",
                             "中的“{0}”不是网段，应类似 10.0.0.0/8 或 fd00::/8"},
                            text));
    }
  }
}

void read_way(YamlReader& reader, Channel& channel) {
  channel.ca_file = reader.text("ca_file");
  channel.proxy = reader.text("proxy");
  if (channel.proxy.empty()) return;
  const auto proxy = cloud::parse_url(channel.proxy);
  if (channel.kind == ChannelKind::mail) {
    reader.fail("proxy", bilingual({"is not for {0}", "不适用于 {0}"}, name_of(channel.kind)));
  } else if (!proxy) {
    reader.fail("proxy", {"must be a URL such as http://proxy.example:3128",
                          "应为 URL，例如 http://proxy.example:3128"});
  }
}

void read_mail(YamlReader& reader, Channel& channel) {
  channel.from = reader.required_text("from");
  channel.to = reader.texts("to", kMostEntries);
  if (channel.to.empty()) reader.fail("to", {"is missing", "缺失"});
  for (const char* name : {"from", "to"}) {
    const bool is_from = std::string_view(name) == "from";
    const bool are_good = is_from ? mail::is_address(channel.from)
                                  : std::ranges::all_of(channel.to, mail::is_address);
    if (!are_good) {
      reader.fail(name, {"must be an address such as jobs@example.com",
                         "应为邮件地址，例如 jobs@example.com"});
    }
  }
}

Channel read_channel(const std::string& name, YamlReader& reader) {
  Channel channel;
  channel.name = name;
  if (!is_channel_name(name)) {
    reader.fail({"has a name that is not 1 to 64 letters, digits, \"-\" and \"_\"",
                 "的名称应为 1–64 位字母、数字、“-”和“_”"});
  }
  const auto kind = channel_kind_named(reader.required_text("kind"));
  if (!kind) {
    reader.fail("kind", must_be_one_of(listed(all_names<ChannelKind>(kChannelKinds))));
    return channel;
  }
  channel.kind = *kind;
  read_target(reader, channel);
  read_secrets(reader, channel);
  read_style(reader, channel);
  read_networks(reader, channel);
  read_way(reader, channel);
  if (is_robot(*kind) || *kind == ChannelKind::mail) read_keyword(reader, channel);
  read_mentions(reader, channel);
  if (*kind == ChannelKind::mail) read_mail(reader, channel);
  if (*kind == ChannelKind::mail || *kind == ChannelKind::alertmanager) {
    channel.user = reader.text("user");
    if (!channel.user.empty() && channel.secret_files.empty()) {
      reader.fail("user", {"needs a secret_file with its password", "需要 secret_file 提供其密码"});
    }
  }
  if (*kind == ChannelKind::webhook && reader.has("signature")) {
    channel.is_signed_like_github = reader.text("signature") == "github";
    if (!channel.is_signed_like_github) reader.fail("signature", must_be_one_of("github"));
  }
  reader.done();
  return channel;
}

Triggers read_triggers(YamlReader& reader) {
  if (!reader.has("on")) return usual_triggers();
  Triggers triggers;
  for (const std::string& word : reader.texts("on", kTriggers)) {
    const auto trigger = trigger_named(word);
    if (trigger) {
      triggers.set(static_cast<std::size_t>(*trigger));
    } else {
      reader.fail("on", must_be_one_of(listed(all_names<Trigger>(kTriggers))));
    }
  }
  if (triggers.none()) reader.fail("on", {"is empty", "为空"});
  return triggers;
}

Rule read_rule(YamlReader& reader, const std::vector<Channel>& channels) {
  Rule rule;
  YamlReader jobs = reader.object("jobs");
  rule.jobs = {.service = jobs.text("service"),
               .type = jobs.text("type"),
               .label = jobs.text("label"),
               .person = jobs.text("person"),
               .region = jobs.text("region"),
               .project = jobs.text("project")};
  jobs.done();
  rule.on = read_triggers(reader);
  rule.channels = reader.texts("to", kMostChannels);
  if (rule.channels.empty()) reader.fail("to", {"is missing", "缺失"});
  for (const std::string& name : rule.channels) {
    if (std::ranges::find(channels, name, &Channel::name) == channels.end()) {
      reader.fail("to", bilingual({"names \"{0}\", which is no channel of this file",
                                   "中的“{0}”不是本文件中的通道"},
                                  name));
    }
  }
  reader.done();
  return rule;
}

/// In the file the name comes first, as people know that.
ProjectNames read_projects(YamlReader& top) {
  ProjectNames projects;
  for (const auto& [name, id] : top.named_texts("projects", kMostProjectNames)) {
    const bool is_own = id == "-";
    if (!is_own && !cloud::is_project_id(id)) {
      top.fail("projects",
               bilingual({"has \"{0}\", which is not a project ID", "中的“{0}”不是项目 ID"}, id));
    } else if (!projects.emplace(id, name).second) {
      top.fail("projects", bilingual({"has two names for {0}", "中 {0} 有两个名称"}, id));
    }
  }
  return projects;
}

}  // namespace

Result<ChannelFile> parse_channel_file(std::string_view text) {
  ChannelFile file;
  const auto read = [&file](YamlReader& top) {
    for (auto& [name, reader] : top.objects("channels", kMostChannels))
      file.channels.push_back(read_channel(name, reader));
    for (YamlReader& reader : top.list("rules", kMostRules))
      file.rules.push_back(read_rule(reader, file.channels));
    file.projects = read_projects(top);
  };
  if (auto mistake = read_yaml(text, kLargestChannelFile, read)) return *std::move(mistake);
  return file;
}

}  // namespace jobtree::notify
