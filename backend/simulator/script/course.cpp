#include "simulator/script/course.h"

#include <utility>

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

}  // namespace

std::shared_ptr<const Course> fixed_course(std::string document) {
  return std::make_shared<FixedCourse>(std::move(document));
}

}  // namespace jobtree::simulator
