// SPDX-License-Identifier: Apache-2.0
//
// What a study says when the disk, the folder or the file is not as it should be, and when two processes want it.
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <iostream>

#include "base/error.hpp"
#include "study/study.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::fw::Trial;
using nac::test::TempFolder;

namespace {

/// Runs `body` in a child process and returns what it returned, or the message of its Error.
std::string in_child(const std::function<std::string()> &body) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    std::string text;
    try {
      text = body();
    } catch (const nac::fw::Error &e) {
      text = std::string("Error: ") + e.what();
    } catch (const std::exception &e) {
      text = std::string("other exception: ") + e.what();
    }
    (void)!::write(ends[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return text;
}

void fill(Study &study, uint64_t trials) {
  for (uint64_t n = 0; n < trials; ++n) {
    Trial t;
    t.number = n;
    t.point = std::string(500, 'p');
    study.add_trial(t);
  }
}

void run_sql(const std::filesystem::path &file, const char *sql) {
  sqlite3 *db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

/// Adds trials until the disk refuses; says after how many.
std::string fill_until_full(const std::filesystem::path &folder) {
  const auto study = Study::open(folder, Study::Mode::create);
  for (uint64_t n = 0; n < 100000; ++n) {
    Trial t;
    t.number = n;
    t.point = std::string(500, 'p');
    try {
      study->add_trial(t);
    } catch (const nac::fw::Error &e) {
      return std::to_string(n) + "|" + std::to_string(e.status()) + "|" + e.what();
    }
  }
  return "never full";
}

}  // namespace

TEST_CASE("The second writer is told who the first one is") {
  TempFolder temp;
  const auto first = Study::open(temp / "s", Study::Mode::create);
  const std::string expected = "is in use by process " + std::to_string(::getpid());
  CHECK_THAT(in_child([&] { return Study::open(temp / "s", Study::Mode::resume)->folder().string(); }),
             Contains(expected));
  CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::resume), Contains(expected));
  // Reading stays possible.
  CHECK_NOTHROW(Study::open(temp / "s", Study::Mode::read));
}

TEST_CASE("A writer that was killed leaves the study free and whole") {
  TempFolder temp;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto study = Study::open(temp / "s", Study::Mode::create);
    fill(*study, 20);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  const auto study = Study::open(temp / "s", Study::Mode::resume);
  CHECK(study->trials().size() == 20);
}

TEST_CASE("A process killed while it creates a study leaves none") {
  TempFolder temp;
  std::filesystem::create_directories(temp / "s");
  std::ofstream(temp / "s/study.sqlite.new") << "half";
  CHECK_FALSE(Study::exists(temp / "s"));
  CHECK_NOTHROW(Study::open(temp / "s", Study::Mode::create));
  CHECK_FALSE(std::filesystem::exists(temp / "s/study.sqlite.new"));
}

TEST_CASE("Damaged and foreign files are named as such") {
  TempFolder temp;
  const std::filesystem::path file = temp / "s/study.sqlite";
  fill(*Study::open(temp / "s", Study::Mode::create), 200);

  SECTION("not a database") {
    std::ofstream(file, std::ios::trunc) << std::string(5000, 'x');
    CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::resume), Contains("study.sqlite") && Contains("is damaged"));
  }
  SECTION("cut off") {
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::resume), Contains("is damaged"));
  }
  SECTION("overwritten in the middle") {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 2));
    stream << std::string(8192, '\xAB');
    stream.close();
    CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::read), Contains("is damaged"));
  }
  SECTION("empty") {
    std::filesystem::resize_file(file, 0);
    CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::resume), Contains("no NAC study"));
  }
  SECTION("another program's") {
    run_sql(file, "PRAGMA application_id=1234");
    CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::resume), Contains("no NAC study (application id 1234"));
  }
  SECTION("of a later version") {
    run_sql(file, "PRAGMA user_version=99");
    CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::read), Contains("schema 99") && Contains("newer version"));
    run_sql(file, "PRAGMA user_version=2");
    CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::read), Contains("schema 2;") && Contains("older version"));
  }
  SECTION("an artifact") {
    const auto study = Study::open(temp / "s", Study::Mode::resume);
    const std::string hash = study->store_artifact("weights");
    std::ofstream(study->artifact_path(hash), std::ios::trunc) << "weightz";
    CHECK_THROWS_WITH(study->artifact(hash), Contains(hash) && Contains("is damaged"));
    CHECK(study->store_artifact("weights") == hash);
    CHECK(study->artifact(hash) == "weights");
  }
}

TEST_CASE("A full disk ends the change, not the study") {
  TempFolder temp;
  SECTION("file size limit") {
    const std::string text = in_child([&] {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{300000, 300000};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      return fill_until_full(temp / "s");
    });
    INFO(text);
    REQUIRE(text.find("|" + std::to_string(NAC_RESOURCE_EXHAUSTED) + "|") != std::string::npos);
    CHECK_THAT(text, Contains("study.sqlite") && Contains("everything committed so far is kept"));
    const auto study = Study::open(temp / "s", Study::Mode::resume);
    CHECK(study->trials().size() == std::stoul(text));
  }
  SECTION("a small file system") {
    std::filesystem::create_directories(temp / "disk");
    if (::mount("none", (temp / "disk").c_str(), "tmpfs", 0, "size=600k") != 0) {
      std::cout << "skipped: mounting a small tmpfs needs root\n";
      return;
    }
    const std::unique_ptr<const TempFolder, void (*)(const TempFolder *)> unmount(
        &temp, [](const TempFolder *t) { ::umount2((*t / "disk").c_str(), MNT_DETACH); });
    const std::string text = in_child([&] { return fill_until_full(temp / "disk/s"); });
    INFO(text);
    CHECK_THAT(text, Contains("no space is left on the disk") && Contains("everything committed so far is kept"));
    CHECK_THAT(in_child([&] {
                 return Study::open(temp / "disk/s", Study::Mode::resume)->store_artifact(std::string(900000, 'w'));
               }),
               Contains("artifacts") && Contains("No space left on device"));
    const std::size_t kept = std::stoul(text);
    CHECK(Study::open(temp / "disk/s", Study::Mode::read)->trials().size() == kept);
    // With space again the study goes on.
    REQUIRE(::mount("none", (temp / "disk").c_str(), "tmpfs", MS_REMOUNT, "size=4m") == 0);
    {
      const auto study = Study::open(temp / "disk/s", Study::Mode::resume);
      Trial t;
      t.number = kept;
      study->add_trial(t);
      CHECK(study->trials().size() == kept + 1);
    }
  }
}

TEST_CASE("A folder that cannot be written can still be read") {
  TempFolder temp;
  fill(*Study::open(temp / "s", Study::Mode::create), 3);
  // Root ignores permissions, so the attempt runs as nobody; everyone else just drops the write bits.
  using std::filesystem::perms;
  std::filesystem::permissions(temp.path(), perms::owner_all | perms::others_read | perms::others_exec);
  for (const auto &entry : std::filesystem::recursive_directory_iterator(temp / "s"))
    std::filesystem::permissions(entry.path(), entry.is_directory() ? perms(0555) : perms(0444));
  std::filesystem::permissions(temp / "s", perms(0555));
  const auto unprivileged = [&](Study::Mode mode, const char *name) {
    return in_child([&]() -> std::string {
      if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return "skipped: cannot drop root";
      return std::to_string(Study::open(temp / name, mode)->trials().size()) + " trials";
    });
  };
  const std::string writing = unprivileged(Study::Mode::resume, "s");
  if (writing.rfind("skipped", 0) == 0) {
    std::cout << writing << "\n";
  } else {
    CHECK_THAT(writing, Contains("cannot write to the study") && Contains("Permission denied"));
    CHECK(unprivileged(Study::Mode::read, "s") == "3 trials");
    CHECK_THAT(unprivileged(Study::Mode::create, "s/inner"),
               Contains("cannot create the study folder") && Contains("Permission denied"));
  }
  std::filesystem::permissions(temp / "s", perms::owner_all);
  std::filesystem::permissions(temp / "s/artifacts", perms::owner_all);
}
