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
    return Failure::usage("the tokens file " + file +
                          " holds no token; make one: backend token NAME --tokens-file " + file);
  }
  return std::shared_ptr<Tokens>(new Tokens(  // NOLINT: private constructor
      file, clock, std::move(list.value()), std::move(watch)));
}

std::string Tokens::look() {
  switch (watch_.look()) {
    case FileWatch::News::none:
      return "";
    case FileWatch::News::gone:
      return "the tokens file " + file_ + " is gone; the tokens read from it stay good";
    case FileWatch::News::changed:
      break;
  }
  auto list = read_token_list(file_);
  if (!list) {
    return "the tokens file " + file_ + " has changed and is not taken over (" + list.error() +
           "); the tokens read before stay good";
  }
  list_ = std::make_shared<const TokenList>(std::move(list.value()));
  return "the tokens file " + file_ +
         " has changed; tokens that are good now: " + std::to_string(list_->size());
}

std::shared_ptr<const TokenList> Tokens::list_now(std::string& notice) {
  const Lock lock(mutex_);
  if (watch_.is_due()) notice = look();
  return list_;
}

Tokens::Found Tokens::judged(const Holder* holder, std::shared_ptr<const TokenList> list,
                             std::string notice) const {
  Found found{.holder = nullptr, .ended = nullptr, .notice = std::move(notice)};
  if (holder == nullptr) return found;
  auto& place = holder->has_ended(clock_.wall()) ? found.ended : found.holder;
  place = {std::move(list), holder};  // lives as long as its list
  return found;
}

Tokens::Found Tokens::find(std::string_view token) {
  std::string notice;
  const auto list = list_now(notice);
  return judged(list->find(token), list, std::move(notice));
}

Tokens::Found Tokens::find_again(const std::shared_ptr<const Holder>& holder) {
  std::string notice;
  const auto list = list_now(notice);
  // It shares the ownership of its list, so that it is known whether that is still the one.
  const bool is_of_list = !holder.owner_before(list) && !list.owner_before(holder);
  return judged(is_of_list ? holder.get() : list->find(holder->digest), list, std::move(notice));
}

}  // namespace jobtree::gateway
