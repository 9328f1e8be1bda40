#include "simulator/script/planned_course.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "base/utc.h"
#include "simulator/script/random.h"

namespace jobtree::simulator {
namespace {

// The document is written by hand, piece by piece, because ten thousand jobs are written at every
// poll. What goes in unescaped is ours and holds no quotes.

std::size_t steps_below(const Step& step) {
  return std::accumulate(
      step.children.begin(), step.children.end(), step.children.size(),
      [](std::size_t sum, const Step& child) { return sum + steps_below(child); });
}

void hurry(Step& step, double speed) {
  step.begin = at_speed(step.begin, speed);
  step.end = at_speed(step.end, speed);
  step.listed = at_speed(step.listed, speed);
  for (Step& child : step.children) {
    hurry(child, speed);
  }
}

void append_hex(std::string& out, std::uint64_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += kDigits[(value >> shift) & 15];
  }
}

/// 32 hex digits that begin as real ids of this API do.
void append_job_id(std::string& out, std::uint64_t identity) {
  Random random(identity);
  out += "ff808082";
  append_hex(out, random.next(), 16);
  append_hex(out, random.next(), 8);
}

void append_uuid(std::string& out, std::uint64_t identity) {
  Random random(~identity);
  const std::uint64_t high = random.next();
  const std::uint64_t low = random.next();
  append_hex(out, high >> 32, 8);
  out += '-';
  append_hex(out, high >> 16, 4);
  out += "-4";  // version 4
  append_hex(out, high, 3);
  out += '-';
  append_hex(out, 8 | (low >> 62), 1);  // variant 1
  append_hex(out, low >> 48, 3);
  out += '-';
  append_hex(out, low, 12);
}

/// An address nobody has: the three documentation networks of RFC 5737, and when those are used
/// up the benchmark network 198.18.0.0/15 of RFC 2544.
void append_address(std::string& out, int index) {
  constexpr int kHosts = 254;
  constexpr std::string_view kNetworks[] = {"203.0.113.", "198.51.100.", "192.0.2."};
  const int network = index / kHosts;
  if (network < 3) {
    out += kNetworks[network];
  } else {
    const int further = network - 3;
    out += "198." + std::to_string(18 + further / 256) + '.' + std::to_string(further % 256) + '.';
  }
  out += std::to_string(index % kHosts + 1);
}

void append_member(std::string& out, std::string_view name, std::uint64_t uuid_of) {
  out += '"';
  out += name;
  out += "\":\"";
  append_uuid(out, uuid_of);
  out += '"';
}

/// Why `step` fails: the first in its tree that fails by itself; nothing when it succeeds.
const JobError* first_error(const Step& step) {
  if (step.error != nullptr) return step.error;
  for (const Step& child : step.children) {
    if (const JobError* error = first_error(child)) return error;
  }
  return nullptr;
}

class PlannedCourse final : public Course {
 public:
  PlannedCourse(Step root, std::shared_ptr<const CourseTree> texts)
      : texts_(std::move(texts)),
        root_(std::move(root)),
        size_(steps_below(root_)),
        counts_total_(is_of_ecs(root_)) {}

  std::string document(WallTime began, Milliseconds elapsed) const override {
    std::string out;
    out.reserve(512 + size_ * kBytesOfStep);
    append(out, root_, began, elapsed);
    return out;
  }
  Milliseconds length() const override { return root_.end; }
  std::size_t size() const override { return size_; }

 private:
  static constexpr std::size_t kBytesOfStep = 360;

  static bool is_of_ecs(const Step& root) { return root.type == "createServer"; }

  void append(std::string& out, const Step& step, WallTime began, Milliseconds elapsed) const {
    const bool has_begun = elapsed >= step.begin;
    const bool has_ended = elapsed >= step.end;
    const JobError* error = has_ended ? first_error(step) : nullptr;
    out += R"({"job_id":")";
    if (step.id.empty()) {
      append_job_id(out, step.identity);
    } else {
      out += step.id;
    }
    out += R"(","job_type":")";
    out += step.type;
    out += R"(","begin_time":")";
    if (has_begun) out += iso_time_with_milliseconds(began + step.begin);
    out += R"(","end_time":")";
    if (has_ended) out += iso_time_with_milliseconds(began + step.end);
    out += R"(","status":")";
    out += !has_begun ? "INIT" : !has_ended ? "RUNNING" : error == nullptr ? "SUCCESS" : "FAIL";
    out += R"(","error_code":)";
    append_error(out, step, error);
    out += R"(,"entities":{)";
    append_entities(out, step, has_begun, has_ended && error == nullptr);
    if (!step.children.empty()) append_children(out, step, began, elapsed);
    out += "}}";
  }

  static void append_error(std::string& out, const Step& step, const JobError* error) {
    if (error == nullptr) {
      out += R"(null,"fail_reason":null)";
      return;
    }
    std::string reason(error->reason);
    if (!step.children.empty()) {
      const auto failed =
          std::count_if(step.children.begin(), step.children.end(),
                        [](const Step& child) { return first_error(child) != nullptr; });
      reason = std::to_string(failed) + " of " + std::to_string(step.children.size()) +
               " sub jobs failed, the first with: " + reason;
    }
    out += '"';
    out += error->code;
    out += R"(","fail_reason":)" + nlohmann::json(reason).dump();
  }

  static void append_entities(std::string& out, const Step& step, bool has_begun, bool is_done) {
    const std::uint64_t owner = step.identity;
    switch (step.resource) {
      case Resource::none:
        break;
      case Resource::eip:
        if (!has_begun) break;
        append_member(out, "publicip_id", owner);
        if (!is_done) break;
        out += R"(,"public_ip_address":")";
        append_address(out, step.index);
        out += '"';
        break;
      case Resource::server:
        if (has_begun) append_member(out, "server_id", owner);
        break;
      case Resource::nic:
        if (is_done) append_member(out, "nic_id", owner);
        break;
      case Resource::volume:
        if (has_begun) append_member(out, "volume_id", owner);
        break;
    }
  }

  void append_children(std::string& out, const Step& step, WallTime began,
                       Milliseconds elapsed) const {
    if (out.back() != '{') out += ',';
    if (counts_total_) out += R"("sub_jobs_total":)" + std::to_string(step.children.size()) + ',';
    out += R"("sub_jobs":[)";
    for (const Step& child : step.children) {
      if (elapsed < child.listed) continue;
      append(out, child, began, elapsed);
      out += ',';
    }
    if (out.back() == ',') out.pop_back();
    out += ']';
  }

  std::shared_ptr<const CourseTree> texts_;
  Step root_;
  std::size_t size_;
  bool counts_total_;  ///< ECS tells how many sub-jobs there will be, EIP does not
};

}  // namespace

std::string job_id(std::uint64_t identity) {
  std::string id;
  append_job_id(id, identity);
  return id;
}

std::shared_ptr<const Course> planned_course(Step root, double speed,
                                             std::shared_ptr<const CourseTree> texts) {
  hurry(root, speed);
  return std::make_shared<PlannedCourse>(std::move(root), std::move(texts));
}

}  // namespace jobtree::simulator
