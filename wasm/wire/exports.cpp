// The one file that knows the engine is called from outside, by number. LongPollSlots the page's
// sessions: the only state of the module that is not inside one of them.
#include "wire/exports.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "job_session.h"
#include "output/failed_ids.h"
#include "output/json.h"
#include "output/ticket.h"
#include "wire/abi.h"

namespace {

using namespace jobtree::engine;  // NOLINT(google-build-using-namespace): this is its outer face

constexpr std::uint32_t kMostInput = JsonLimits{}.bytes + 1024;  // a body and its ETag

struct Module {
  LongPollSlots slots;  // first: the sessions give theirs back
  Array<JobSession*> sessions;
  String input;
  String output;       // a text that was asked for, until release()
  CommandBuffer list;  // likewise, a list
};

Module& module() {
  static Module instance;
  return instance;
}

JobSession* find(std::uint32_t session) {
  auto& sessions = module().sessions;
  return session < sessions.size() ? sessions[session] : nullptr;
}

/// The first `size` bytes of the input, or fewer when the host promised more than it asked room
/// for.
std::string_view input(std::uint32_t offset, std::uint32_t size) {
  const String& all = module().input;
  const std::size_t begin = lesser(all.size(), offset);
  return {all.data() + begin, lesser(all.size() - begin, size)};
}

/// Where a text is and how long, for a host to read.
const std::uint32_t* run(std::string_view text) {
  static std::uint32_t words[2];
  words[0] = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(text.data()));
  words[1] = static_cast<std::uint32_t>(text.size());
  return words;
}

/// The same of a text that is kept until release().
const std::uint32_t* put_out(String&& text) {
  module().output = std::move(text);
  return run(module().output);
}

constexpr std::uint32_t kNoFrame[] = {0, 0, 4, static_cast<std::uint32_t>(abi::Op::end)};

/// Numbers a host read from headers may be none.
double finite_or(double value, double otherwise) {
  return std::isfinite(value) ? value : otherwise;
}

}  // namespace

extern "C" {

std::uint32_t jobtree_version() {
  return static_cast<std::uint32_t>(abi::Abi::version);
}

std::uint32_t jobtree_open(std::uint32_t seed) {
  auto& sessions = module().sessions;
  const auto free = std::find(sessions.begin(), sessions.end(), nullptr);
  const auto number = static_cast<std::uint32_t>(free - sessions.begin());
  if (free == sessions.end()) sessions.emplace_back();
  sessions[number] = new JobSession(seed, &module().slots);
  return number;
}

void jobtree_close(std::uint32_t session) {
  delete find(session);
  if (session < module().sessions.size()) module().sessions[session] = nullptr;
}

char* jobtree_input(std::uint32_t size) {
  if (size > kMostInput) return nullptr;
  String& input = module().input;
  input.stretch(size + 1);  // one more for the parser's NUL
  input.pop_back();
  return input.data();
}

void jobtree_set(std::uint32_t session, std::uint32_t option, std::uint32_t value, double now) {
  JobSession* it = find(session);
  if (it == nullptr) return;
  switch (static_cast<abi::Option>(option)) {
    case abi::Option::lang:
      return it->set_language(input(0, value));
    case abi::Option::search:
      return it->set_search(input(0, value), now);
    default:
      return it->set(static_cast<abi::Option>(option), value, now);
  }
}

void jobtree_answer(std::uint32_t session, std::int32_t http_status, std::uint32_t body_size,
                    std::uint32_t etag_size, double retry_after, double age, double now) {
  JobSession* it = find(session);
  if (it == nullptr) return;
  const String etag(input(body_size, etag_size));
  // The input becomes the document: no copy of what may be megabytes.
  String body = std::exchange(module().input, {});
  body.resize(lesser<std::size_t>(body.size(), body_size));
  it->answer(http_status, std::move(body), etag, finite_or(retry_after, -1), finite_or(age, 0),
             now);
}

double jobtree_confirmed(std::uint32_t session) {
  const JobSession* it = find(session);
  return it == nullptr ? std::numeric_limits<double>::quiet_NaN() : it->confirmed();
}

void jobtree_refresh(std::uint32_t session, double now) {
  if (JobSession* it = find(session)) it->refresh(now);
}

void jobtree_viewport(std::uint32_t session, double scroll_top, double height, double row_height) {
  if (JobSession* it = find(session)) it->set_viewport({scroll_top, height, row_height});
}

void jobtree_click(std::uint32_t session, std::uint32_t slot, std::uint32_t part) {
  JobSession* it = find(session);
  if (it == nullptr || part > static_cast<std::uint32_t>(abi::Part::focus)) return;
  it->click(slot, static_cast<abi::Part>(part));
}

std::uint32_t jobtree_key(std::uint32_t session, std::uint32_t key, std::uint32_t character,
                          double now) {
  JobSession* it = find(session);
  if (it == nullptr || key > static_cast<std::uint32_t>(abi::Key::root_failure)) return 0;
  return it->press(static_cast<abi::Key>(key), character, now) ? 1 : 0;
}

std::uint32_t jobtree_reveal(std::uint32_t session, std::uint32_t id_size) {
  JobSession* it = find(session);
  return it != nullptr && it->reveal(input(0, id_size)) ? 1 : 0;
}

const std::uint32_t* jobtree_document(std::uint32_t session) {
  const JobSession* it = find(session);
  return run(it == nullptr ? std::string_view{} : it->document());
}

const std::uint32_t* jobtree_csv(std::uint32_t session) {
  const JobSession* it = find(session);
  jobtree_release();  // there may be a table already, and large
  return put_out(it == nullptr ? String{} : it->csv());
}

const std::uint32_t* jobtree_indented(std::uint32_t session, std::uint32_t begin,
                                      std::uint32_t size) {
  const JobSession* it = find(session);
  const std::string_view all = it == nullptr ? std::string_view{} : it->document();
  const std::size_t from = lesser(all.size(), begin);
  return put_out(to_indented(std::string_view(all.data() + from, lesser(all.size() - from, size))));
}

const std::uint32_t* jobtree_rows(std::uint32_t session, std::uint32_t statuses, std::uint32_t most,
                                  double now) {
  const JobSession* it = find(session);
  if (it == nullptr) return kNoFrame;
  CommandBuffer& list = module().list;
  put_rows(list, it->list(now), statuses, most);
  return list.data();
}

const std::uint32_t* jobtree_changes(std::uint32_t session, double now) {
  const JobSession* it = find(session);
  if (it == nullptr) return kNoFrame;
  CommandBuffer& list = module().list;
  put_changes(list, it->list(now), it->changes());
  return list.data();
}

const std::uint32_t* jobtree_errors(std::uint32_t session, double now) {
  const JobSession* it = find(session);
  if (it == nullptr) return kNoFrame;
  CommandBuffer& list = module().list;
  put_errors(list, it->list(now));
  return list.data();
}

const std::uint32_t* jobtree_durations(std::uint32_t session, double now) {
  const JobSession* it = find(session);
  if (it == nullptr) return kNoFrame;
  CommandBuffer& list = module().list;
  put_durations(list, it->list(now));
  return list.data();
}

const std::uint32_t* jobtree_critical(std::uint32_t session, std::uint32_t most, double now) {
  const JobSession* it = find(session);
  if (it == nullptr) return kNoFrame;
  CommandBuffer& list = module().list;
  put_critical(list, it->list(now), it->critical(), most);
  return list.data();
}

const std::uint32_t* jobtree_failed_ids(std::uint32_t session, std::uint32_t group_size,
                                        std::uint32_t form) {
  const JobSession* it = find(session);
  return put_out(it == nullptr ? String{}
                               : failed_ids(it->list(0).tree, input(0, group_size),
                                            static_cast<FailedIds>(form)));
}

const std::uint32_t* jobtree_ticket(std::uint32_t session, std::uint32_t size, std::int32_t zone,
                                    double now) {
  const JobSession* it = find(session);
  std::string_view texts = input(0, size);
  const auto next = [&texts] {
    const std::size_t end = place_of('\x1E', texts);
    const std::string_view text = part(texts, 0, end);
    texts = part(texts, end + 1);
    return text;
  };
  String out;
  if (it == nullptr || it->list(now).tree.empty()) return put_out(std::move(out));
  const ListInput list = it->list(now);
  constexpr std::int32_t kMostZone = 24 * 60;
  Array<Explained> explained;
  TicketInput ticket{.tree = list.tree,
                     .language = list.language,
                     .now = list.now,
                     .zone_minutes = bounded(zone, -kMostZone, kMostZone),
                     .explained = explained};
  for (std::string_view* const text :
       {&ticket.service, &ticket.region, &ticket.project, &ticket.job_id, &ticket.link,
        &ticket.request_id, &ticket.group})
    *text = next();
  while (!texts.empty()) {
    const std::string_view meaning = next();
    explained.push_back({meaning, next()});
  }
  put_ticket(out, ticket);
  return put_out(std::move(out));
}

void jobtree_release() {
  module().output = {};
  module().list = {};
}

const std::uint32_t* jobtree_frame(std::uint32_t session, double now) {
  JobSession* it = find(session);
  if (it == nullptr) {
    return kNoFrame;
  }
  return it->frame(now).data();
}

}  // extern "C"
