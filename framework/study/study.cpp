// SPDX-License-Identifier: Apache-2.0
#include "study/study.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "study/schema.hpp"
#include "study/study_state.hpp"

namespace nac::fw {
namespace {

constexpr const char *kDatabaseFile = "study.sqlite";

void make_folder(const std::filesystem::path &folder) {
  std::error_code code;
  std::filesystem::create_directories(folder / "artifacts", code);
  if (code)
    throw Error("cannot create the study folder '" + folder.string() + "': " + code.message(),
                code == std::errc::no_space_on_device ? NAC_RESOURCE_EXHAUSTED : NAC_FAILED_PRECONDITION);
}

/// The file appears under its name only with all tables in it, so that a process killed here leaves no half study.
void make_database(const std::filesystem::path &file) {
  std::filesystem::path unfinished = file;
  unfinished += ".new";
  std::error_code code;
  for (const char *suffix : {"", "-wal", "-shm", "-journal"})
    std::filesystem::remove(unfinished.string() + suffix, code);
  {
    Database database(unfinished, Database::Access::create);
    create_schema(database);
  }
  std::filesystem::rename(unfinished, file, code);
  if (code)
    throw Error("cannot create '" + file.string() + "': " + code.message(),
                code == std::errc::no_space_on_device ? NAC_RESOURCE_EXHAUSTED : NAC_FAILED_PRECONDITION);
  // The new name itself must survive a power failure.
  if (const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

/// Damage in pages that this run happens not to read would otherwise show up only when it is too late to copy the file.
void check_pages(Database &database, const std::filesystem::path &file) {
  Query query = database.query("PRAGMA quick_check(1)");
  if (query.step() && query.text(0) != "ok")
    throw Error(
        "'" + file.string() + "' is damaged: " + query.text(0) + "; restore it from a copy or start a new study",
        NAC_DATA_LOSS);
}

}  // namespace

Study::Study() : state_(std::make_unique<State>()) {}
Study::~Study() = default;

void Study::State::require_writable() const {
  if (!writable) throw Error("the study '" + folder.string() + "' was opened for reading", NAC_FAILED_PRECONDITION);
}

bool Study::exists(const std::filesystem::path &folder) {
  std::error_code code;
  return std::filesystem::exists(folder / kDatabaseFile, code);
}

std::unique_ptr<Study> Study::open(const std::filesystem::path &folder, Mode mode) {
  const std::filesystem::path file = folder / kDatabaseFile;
  std::unique_ptr<Study> study(new Study);
  State &state = *study->state_;
  state.folder = folder;
  state.writable = mode != Mode::read;
  if (mode == Mode::create) {
    make_folder(folder);
  } else if (!exists(folder)) {
    std::error_code code;
    throw Error(std::filesystem::is_directory(folder, code)
                    ? "'" + folder.string() + "' is no study: it has no " + kDatabaseFile
                    : "there is no study '" + folder.string() + "': the folder does not exist",
                NAC_NOT_FOUND);
  }
  if (state.writable) state.lock = std::make_unique<FolderLock>(folder);
  if (mode == Mode::create) {
    if (exists(folder))
      throw Error("the study '" + folder.string() + "' exists already: resume it or choose another folder",
                  NAC_FAILED_PRECONDITION);
    make_database(file);
  }
  state.database = std::make_unique<Database>(file, state.writable ? Database::Access::write : Database::Access::read);
  check_schema(*state.database, file);
  check_pages(*state.database, file);
  if (state.writable) {
    set_durable(*state.database);
    upgrade(*state.database);
  }
  return study;
}

const std::filesystem::path &Study::folder() const { return state_->folder; }

void Study::set_text(const std::string &key, const std::string &value) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  state_->database->survive(Survives::power);
  state_->database->query("INSERT OR REPLACE INTO texts VALUES (?,?)").bind(key).bind(value).run();
}

std::optional<std::string> Study::text(const std::string &key) const {
  const std::lock_guard lock(state_->mutex);
  Query query = state_->database->query("SELECT value FROM texts WHERE key=?");
  if (!query.bind(key).step()) return std::nullopt;
  return query.text(0);
}

void Study::set_plugins(const std::vector<StudyPlugin> &plugins) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Database &db = *state_->database;
  Transaction transaction(db);
  db.query("DELETE FROM plugins").run();
  for (std::size_t i = 0; i < plugins.size(); ++i) {
    const StudyPlugin &p = plugins[i];
    db.query("INSERT INTO plugins VALUES (?,?,?,?,?)")
        .bind(uint64_t{i})
        .bind(p.id)
        .bind(p.version)
        .bind(p.path)
        .bind(p.sha256)
        .run();
  }
  transaction.commit();
}

std::vector<StudyPlugin> Study::plugins() const {
  const std::lock_guard lock(state_->mutex);
  Query query = state_->database->query("SELECT id, version, path, sha256 FROM plugins ORDER BY position");
  std::vector<StudyPlugin> plugins;
  while (query.step()) plugins.push_back({query.text(0), query.text(1), query.text(2), query.text(3)});
  return plugins;
}

}  // namespace nac::fw
