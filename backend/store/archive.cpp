#include "store/archive.h"

#include <functional>
#include <utility>

#include "store/outbox/store_outbox.h"
#include "store/postgres/postgres_store.h"
#include "store/recording/recorder.h"
#include "store/shares/store_shares.h"
#include "store/sqlite/sqlite_store.h"

namespace jobtree::store {
namespace {

class NoArchive final : public Archive {
 public:
  void observed(Observation /*observation*/) override {}
  void confirmed(const cloud::JobAddress& /*address*/, Time /*at*/) override {}
  void forgotten(const cloud::JobAddress& /*address*/, Time /*at*/) override {}
  void stuck(const cloud::JobAddress& /*address*/, Time /*at*/) override {}
  ArchiveState state() const override { return {}; }
  std::uint64_t revision() const override { return 1; }
  Result<BoardPage> board(const BoardQuery& /*query*/) override { return BoardPage(); }
  Result<std::optional<JobRecord>> job(const cloud::JobAddress& /*address*/) override {
    return std::optional<JobRecord>();
  }
  Result<EventsPage> events(const cloud::JobAddress& /*address*/, std::string_view /*cursor*/,
                            std::size_t /*limit*/, bool /*newest_first*/) override {
    return EventsPage();
  }
  Result<std::vector<VersionRecord>> versions(const cloud::JobAddress& /*address*/) override {
    return std::vector<VersionRecord>();
  }
  Result<std::optional<std::string>> body(const cloud::JobAddress& /*address*/,
                                          std::int64_t /*version*/) override {
    return std::optional<std::string>();
  }
  Result<Durations> durations(std::string_view /*service*/, std::string_view /*type*/,
                              std::uint32_t /*parts*/) override {
    return Durations();
  }
  Result<std::vector<JobRecord>> unfinished(std::size_t /*limit*/) override {
    return std::vector<JobRecord>();
  }
  Result<FailurePage> failure_groups(const FailureQuery& /*query*/) override {
    return FailurePage();
  }
  Result<bool> set_mute(const Muting& /*muting*/) override { return is_off(); }
  Result<bool> set_marks(const Marking& /*marking*/, Time /*at*/) override { return is_off(); }
  Result<bool> found(std::vector<Sighting> /*sightings*/, Time /*now*/,
                     std::optional<ReadUntil> /*read*/) override {
    return is_off();
  }
  Result<std::optional<Time>> read_until(std::string_view /*name*/) override { return is_off(); }
  Outbox& outbox() override { return outbox_; }
  Shares& shares() override { return shares_; }
  void flush(std::chrono::steady_clock::time_point /*until*/) override {}

 private:
  static Failure is_off() {
    return Failure::unavailable(
        {"this server remembers no jobs (--data none)", "此服务端不保存任务（--data none）"});
  }

  StoreOutbox outbox_{is_off()};
  StoreShares shares_{is_off()};
};

using Open = std::function<Result<std::unique_ptr<Store>>(Recorder::Notices&)>;

Open opens_file(const ArchiveOptions& options) {
  return [folder = options.folder, clock = options.clock,
          herald = options.herald](Recorder::Notices& notices) -> Result<std::unique_ptr<Store>> {
    auto store = SqliteStore::open(folder, clock, notices, herald);
    if (!store) return store.failure();
    return std::unique_ptr<Store>(std::move(store.value()));
  };
}

Open opens_database(const ArchiveOptions& options) {
  return [url = options.database, herald = options.herald](
             Recorder::Notices& /*notices*/) -> Result<std::unique_ptr<Store>> {
    auto store = PostgresStore::open(url, herald);
    if (!store) return store.failure();
    return std::unique_ptr<Store>(std::move(store.value()));
  };
}

}  // namespace

std::unique_ptr<Archive> no_archive() {
  return std::make_unique<NoArchive>();
}

Result<std::unique_ptr<Archive>> open_archive(const ArchiveOptions& options) {
  const bool is_shared = !options.database.empty();
  const auto open = is_shared ? opens_database(options) : opens_file(options);
  Recorder::Notices notices;
  auto store = open(notices);
  if (!store && store.failure().kind() == Failure::Kind::usage) return store.failure();
  if (options.log) {
    for (const Bilingual& notice : notices)
      options.log({LogEntry::Level::warning, notice.en});
    if (!store) options.log({LogEntry::Level::warning, store.error()});
  }
  const Bilingual note = store ? Bilingual() : store.failure().text();
  return std::unique_ptr<Archive>(std::make_unique<Recorder>(
      Recorder::Options{.open = open,
                        // Others read it too, and need not know the file of the password.
                        .place = is_shared ? options.database.substr(0, options.database.find('?'))
                                           : options.folder,
                        .retention = options.retention,
                        .herald = options.herald,
                        .clock = options.clock,
                        .log = options.log},
      store ? std::move(store.value()) : nullptr, note));
}

}  // namespace jobtree::store
