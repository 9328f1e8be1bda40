#include "gateway/access/tokens.h"

#include <utility>

#include "gateway/access/token_file.h"

namespace jobtree::gateway {

Tokens::Tokens(const std::string& file, const Clock& clock, TokenList list, FileWatch watch)
    : file_(file),
      clock_(clock),
      watch_(std::move(watch)),
      list_(std::make_shared<const TokenList>(std::move(list))) {}

Result<std::shared_ptr<Tokens>> Tokens::open(const std::string& file, const Clock& clock) {
  FileWatch watch(file, clock);  // before reading, or a change in between would go unseen
  auto list = read_token_list(file);
  if (!list) return list.failure();
  if (list.value().size() == 0) {
    return Failure::usage(bilingual(
        {"the tokens file {0} has no token; create one: {program} token NAME --tokens-file {0}",
         "令牌文件 {0} 中没有令牌，请创建：{program} token NAME --tokens-file {0}"},
        file));
  }
  return std::shared_ptr<Tokens>(new Tokens(  // NOLINT: private constructor
      file, clock, std::move(list.value()), std::move(watch)));
}

std::string Tokens::look() {
  const Lock looking(look_mutex_);
  if (!watch_.is_due()) return "";
  switch (watch_.look()) {
    case FileWatch::News::none:
      return "";
    case FileWatch::News::gone:
      return "the tokens file " + file_ + " is gone; its tokens stay in force";
    case FileWatch::News::changed:
      break;
  }
  auto read = read_token_list(file_);
  if (!read) {
    return "the changed tokens file " + file_ + " was not loaded (" + read.error() +
           "); the previous tokens stay in force";
  }
  const std::size_t size = read.value().size();
  auto list = std::make_shared<const TokenList>(std::move(read.value()));
  {
    const Lock lock(mutex_);
    list_.swap(list);
  }
  return "the changed tokens file " + file_ +
         " was loaded; tokens in force: " + std::to_string(size);
}

std::shared_ptr<const TokenList> Tokens::list() const {
  const Lock lock(mutex_);
  return list_;
}

Tokens::Found Tokens::judged(const Holder* holder, std::shared_ptr<const TokenList> list) const {
  Found found;
  if (holder == nullptr) return found;
  auto& place = holder->has_ended(clock_.wall()) ? found.ended : found.holder;
  place = {std::move(list), holder};  // lives as long as its list
  return found;
}

Tokens::Found Tokens::find(std::string_view token) const {
  const auto now = list();
  return judged(now->find(token), now);
}

Tokens::Found Tokens::named(std::string_view name) const {
  const auto now = list();
  return judged(now->named(name), now);
}

Tokens::Found Tokens::find_again(const std::shared_ptr<const Holder>& holder) const {
  const auto now = list();
  // It shares the ownership of its list, so that it is known whether that is still the one.
  const bool is_of_list = !holder.owner_before(now) && !now.owner_before(holder);
  return judged(is_of_list ? holder.get() : now->find(holder->digest), now);
}

}  // namespace jobtree::gateway
