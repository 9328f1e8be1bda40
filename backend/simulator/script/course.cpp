#include "simulator/script/course.h"

#include <utility>

#include "simulator/script/built_in/moved_times.h"

namespace jobtree::simulator {
namespace {

class FixedCourse final : public Course {
 public:
  explicit FixedCourse(std::string document) : document_(std::move(document)) {}

  std::string document(WallTime, Milliseconds) const override { return document_; }
  Milliseconds length() const override { return Milliseconds(0); }
  std::size_t size() const override { return 0; }

 private:
  std::string document_;
};

class DatedCourse final : public Course {
 public:
  DatedCourse(std::string document, Milliseconds before)
      : document_(std::move(document)), before_(before) {}

  std::string document(WallTime began, Milliseconds) const override {
    return moved_times(document_, began - before_);
  }
  Milliseconds length() const override { return Milliseconds(0); }
  std::size_t size() const override { return 0; }

 private:
  std::string document_;
  Milliseconds before_;
};

}  // namespace

std::shared_ptr<const Course> fixed_course(std::string document) {
  return std::make_shared<FixedCourse>(std::move(document));
}

std::shared_ptr<const Course> dated_course(std::string document, Milliseconds before) {
  return std::make_shared<DatedCourse>(std::move(document), before);
}

}  // namespace jobtree::simulator
