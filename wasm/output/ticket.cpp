#include "output/ticket.h"

#include "base/min_max.h"
#include "base/text.h"
#include "i18n/messages.h"
#include "model/error_facets.h"
#include "model/error_groups.h"
#include "output/date_time.h"
#include "output/job_text.h"

namespace jobtree::engine {
namespace {

constexpr std::size_t kMostGroups = 10;
constexpr std::size_t kLongestCode = 600;  // bytes

class Ticket {
 public:
  Ticket(String& out, const TicketInput& input) : out_(out), input_(input), tree_(input.tree) {}

  void put() {
    const Subject root{tree_, 0, input_.language, input_.now};
    out_ += "### ";
    put_called(root);
    say({": ", "："});
    put_status(out_, root);
    out_ += "\n\n";
    put_place(root);
    put_course(root);
    put_groups();
  }

 private:
  void say(const Pair& words) { out_ += words.in(input_.language); }

  void begin(const Pair& label) {
    out_ += "- ";
    say(label);
    say({": ", "："});
  }

  /// A code span (CommonMark 6.1): its ends have more backticks than stand together within.
  void put_code(std::string_view text) {
    if (text.size() > kLongestCode) {
      std::size_t size = kLongestCode;
      while (size != 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
        --size;  // no half of a character
      text = part(text, 0, size);
    }
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const char c : text) {
      run = c == '`' ? run + 1 : 0;
      longest = greater(longest, run);
    }
    const auto put_ends = [&] {
      for (std::size_t i = 0; i <= longest; ++i)
        out_ += '`';
    };
    const bool is_padded = longest != 0;
    put_ends();
    if (is_padded) out_ += ' ';
    for (const char c : text)
      out_ += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    if (is_padded) out_ += ' ';
    put_ends();
  }

  /// The name of the type in the reader's words where there is one, and the type as sent.
  void put_called(const Subject& subject) {
    String sent;
    put_sent_name(sent, subject);
    String name;
    put_name(name, subject);
    if (!is_same(name, sent)) {
      out_ += name;
      out_ += ' ';
    }
    put_code(sent);
  }

  void put_place(const Subject& root) {
    if (!input_.job_id.empty() || !root.job().id.empty()) {
      begin({"Job ID", "任务 ID"});
      put_code(input_.job_id.empty() ? tree_.view(root.job().id) : input_.job_id);
      out_ += '\n';
    }
    bool is_first = true;
    for (const std::string_view where : {input_.service, input_.region, input_.project}) {
      if (where.empty() || is_same(where, "-")) continue;
      if (is_first) {
        begin({"Service, region, project", "服务、区域、项目"});
      } else {
        out_ += " · ";
      }
      is_first = false;
      put_code(where);
    }
    if (!is_first) out_ += '\n';
  }

  void put_when(Instant instant) {
    if (!has_date(instant + Instant{input_.zone_minutes} * 60'000)) return;
    put_date_time(out_, instant + Instant{input_.zone_minutes} * 60'000, ' ');
    out_ += " UTC";
    if (input_.zone_minutes == 0) return;
    const auto ahead = static_cast<std::uint32_t>(input_.zone_minutes < 0 ? -input_.zone_minutes
                                                                          : input_.zone_minutes);
    out_ += input_.zone_minutes < 0 ? '-' : '+';
    put_digits(out_, ahead / 60, 2);
    out_ += ':';
    put_digits(out_, ahead % 60, 2);
  }

  void put_course(const Subject& root) {
    const Span span = tree_.span(0);
    const auto time = [&](const Pair& label, Instant instant) {
      if (instant == kNoInstant) return;
      begin(label);
      put_when(instant);
      out_ += '\n';
    };
    time({"Started", "开始时间"}, span.begin);
    time({"Finished", "结束时间"}, span.end);
    String took;
    put_time_taken(took, root);
    if (!took.empty()) {
      begin({"Duration", "用时"});
      out_ += took;
      out_ += '\n';
    }
    if (root.job().child_count != 0) {
      begin({"Sub-jobs", "子任务"});
      bool is_first = true;
      for (std::size_t i = 0; i < kStatusCount; ++i) {
        const std::uint32_t count = root.job().leaves[i];
        if (count == 0) continue;
        if (!is_first) out_ += comma(input_.language);
        is_first = false;
        put_counted(out_, count, static_cast<Status>(i), input_.language);
      }
      out_ += '\n';
    }
    if (!input_.request_id.empty()) {
      begin({"Request ID of the query that returned this, not of the failed call",
             "返回本结果的查询的请求 ID（不是失败调用的请求 ID）"});
      put_code(input_.request_id);
      out_ += '\n';
    }
    if (!input_.link.empty()) {
      begin({"Link", "链接"});
      out_ += '<';
      out_ += input_.link;
      out_ += ">\n";
    }
  }

  void put_groups() {
    const Array<std::uint64_t> keys = error_keys(tree_, ErrorsBy::code_and_reason);
    const Array<ErrorGroup> groups = error_groups(tree_, keys);
    const Array<Facet> facets = error_facets(tree_, keys, groups);
    if (groups.empty()) return;
    out_ += '\n';
    say({"Why it failed, by cause:", "失败原因（按原因分组）："});
    out_ += "\n\n";
    std::uint32_t told = 0;
    for (std::uint32_t i = 0; i < groups.size(); ++i) {
      const Job& job = tree_.jobs[groups[i].job];
      if (!input_.group.empty() &&
          !is_in_group(tree_.view(job.error_code), groups[i].key, input_.group)) {
        continue;
      }
      if (told++ >= kMostGroups) continue;
      put_digits(out_, told);
      out_ += ". ";
      put_group(groups[i], i < input_.explained.size() ? input_.explained[i] : Explained{});
      for (const Facet& facet : facets) {
        if (facet.group != i) continue;
        begin_part({"In common", "共同点"});
        put_facet(facet);
      }
    }
    if (told > kMostGroups) {
      out_ += '\n';
      fill(out_, {"{0} more causes are left out.", "另有 {0} 种原因未列出。"}, input_.language,
           {told - static_cast<std::uint32_t>(kMostGroups)});
      out_ += '\n';
    }
  }

  void begin_part(const Pair& label) {
    out_ += "   ";
    begin(label);
  }

  void put_group(const ErrorGroup& group, const Explained& explained) {
    const Subject first{tree_, group.job, input_.language, input_.now};
    const Job& job = first.job();
    put_figure(out_, group.count);
    out_ += " × ";
    if (!job.error_code.empty()) put_code(tree_.view(job.error_code));
    if (!job.error_code.empty() && !job.error_text.empty()) out_ += ' ';
    if (!job.error_text.empty()) put_code(tree_.view(job.error_text));
    if (job.error_code.empty() && job.error_text.empty()) say({"no error was sent", "无错误信息"});
    out_ += '\n';
    if (!explained.meaning.empty()) {
      begin_part({"Meaning", "含义"});
      out_ += explained.meaning;
      out_ += '\n';
    }
    if (!explained.remedy.empty()) {
      begin_part({"What to do", "处理建议"});
      out_ += explained.remedy;
      out_ += '\n';
    }
    if (group.first != kNoInstant) {
      begin_part({"Failed", "失败时间"});
      put_when(group.first);
      if (group.last != group.first) {
        say({" to ", " 至 "});
        put_when(group.last);
      }
      out_ += '\n';
    }
    begin_part({"For example", "示例"});
    put_called(first);
    if (!job.id.empty() && !job.type.empty()) {
      out_ += ' ';
      put_code(tree_.view(job.id));
    }
    String facts;
    put_facts_line(facts, first);
    if (!facts.empty()) {
      out_ += ' ';
      put_code(facts);
    }
    out_ += '\n';
  }

  void put_facet(const Facet& facet) {
    String name;
    name += facet.name.empty() ? Pair{"type", "类型"}.in(input_.language) : tree_.view(facet.name);
    put_code(name);
    out_ += ' ';
    put_code(tree_.view(facet.value));
    fill(out_, {"; of those that succeeded {0} of {1} have it", "；成功的 {1} 个中有 {0} 个相同"},
         input_.language, {facet.succeeded, facet.of});
    out_ += '\n';
  }

  String& out_;
  const TicketInput& input_;
  const JobTree& tree_;
};

}  // namespace

void put_ticket(String& out, const TicketInput& input) {
  Ticket(out, input).put();
}

}  // namespace jobtree::engine
