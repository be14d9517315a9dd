// SPDX-License-Identifier: Apache-2.0
#include "pipeline/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "pipeline/progress_text.hpp"

namespace nac::fw {
namespace {

using Clock = std::chrono::steady_clock;

std::string outcome_of(const Trial &t) {
  if (!t.reason.empty()) return fmt::format("{}: {}", name_of(t.state), t.reason);
  std::string text = name_of(t.state);
  if (t.duplicate_of >= 0) text += fmt::format(", repeats trial {}", t.duplicate_of);
  for (const char *name : {"parameters", "bops"})
    if (const auto at = t.metrics.find(name); at != t.metrics.end()) text += fmt::format(", {} {:g}", name, at->second);
  return text;
}

class Progress final : public Observer {
 public:
  explicit Progress(const ProgressOptions &options) : options_(options) {}
  ~Progress() override { clear(); }

  void stage_started(const std::string &name, const std::string &what) override {
    const std::lock_guard lock(mutex_);
    clear();
    print(fmt::format("{}: {}", emphasis(name), what));
    last_line_ = Clock::now();
  }
  void stage_finished(const std::string &name, const std::string &result) override {
    const std::lock_guard lock(mutex_);
    clear();
    print(fmt::format("{}: {}", emphasis(name), result));
  }
  void trial_started(const Trial &, const SearchStatus &status) override {
    const std::lock_guard lock(mutex_);
    draw(status, false);
  }
  void trial_finished(const Trial &trial, const SearchStatus &status) override {
    const std::lock_guard lock(mutex_);
    // Reasons are what people look for when a run does less than they expected, but not a thousand times.
    const bool telling = trial.state == TrialState::failed && trial.duplicate_of < 0 && failures_shown_ < 5;
    if (telling) ++failures_shown_;
    if (options_.verbose || telling) {
      clear();
      print(fmt::format("trial {} {}", trial.number, outcome_of(trial)));
      if (telling && failures_shown_ == 5) print("further failures are in the report only");
    }
    const bool last = status.finished == status.planned;
    if (options_.terminal) {
      draw(status, last);
    } else if (last || Clock::now() - last_line_ >= std::chrono::duration<double>(options_.line_seconds)) {
      last_line_ = Clock::now();
      print(status_text(status));
    }
  }
  void stage_advanced(const StageStatus &status) override {
    const std::lock_guard lock(mutex_);
    const std::string planned = status.planned > 0 ? fmt::format("/{}", status.planned) : "";
    const std::string failed = status.failed > 0 ? fmt::format(", {} failed", status.failed) : "";
    const std::string text =
        fmt::format("{} {}{}{}; {}", status.stage, status.finished, planned, failed, status.latest);
    if (options_.terminal && !options_.verbose && !status.bad) return draw(text, status.finished, status.planned, true);
    const bool due = Clock::now() - last_line_ >= std::chrono::duration<double>(options_.line_seconds);
    if (!options_.verbose && !status.bad && !due && status.finished != status.planned) return;
    clear();
    last_line_ = Clock::now();
    print(text);
  }
  void warning(const std::string &text) override {
    const std::lock_guard lock(mutex_);
    clear();
    print((options_.color ? "\033[33mwarning:\033[0m " : "warning: ") + text);
  }
  void note(const std::string &text) override {
    const std::lock_guard lock(mutex_);
    clear();
    print(text);
  }

 private:
  std::string emphasis(const std::string &text) const { return options_.color ? "\033[1m" + text + "\033[0m" : text; }
  void print(const std::string &line) {
    std::fprintf(options_.stream, "%s\n", line.c_str());
    std::fflush(options_.stream);
  }
  void clear() {
    if (!drawn_) return;
    std::fputs("\r\033[K", options_.stream);
    std::fflush(options_.stream);
    drawn_ = false;
  }
  void draw(const SearchStatus &status, bool now) { draw(status_text(status), status.finished, status.planned, now); }
  void draw(const std::string &status, uint64_t finished, uint64_t planned, bool now) {
    if (!options_.terminal) return;
    if (!now && Clock::now() - last_draw_ < std::chrono::milliseconds(100)) return;
    last_draw_ = Clock::now();
    winsize size{};
    std::size_t columns = 80;
    if (::ioctl(::fileno(options_.stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
    const int cells = columns >= 100 ? 24 : 12;
    const std::string bar = bar_text(finished, planned, cells);
    const std::size_t room =
        columns > static_cast<std::size_t>(cells) + 4 ? columns - static_cast<std::size_t>(cells) - 4 : 0;
    const std::string text = cut_text(status, room);
    if (options_.color)
      std::fprintf(options_.stream, "\r\033[K[\033[32m%s\033[0m] %s", bar.c_str(), text.c_str());
    else
      std::fprintf(options_.stream, "\r\033[K[%s] %s", bar.c_str(), text.c_str());
    std::fflush(options_.stream);
    drawn_ = true;
  }

  const ProgressOptions options_;
  std::mutex mutex_;
  bool drawn_ = false;
  int failures_shown_ = 0;
  Clock::time_point last_draw_{}, last_line_{};
};

}  // namespace

ProgressOptions ProgressOptions::detect(std::FILE *stream) {
  ProgressOptions options;
  options.stream = stream;
  const char *term = std::getenv("TERM");
  const char *no_color = std::getenv("NO_COLOR");
  options.terminal = ::isatty(::fileno(stream)) == 1 && term != nullptr && std::strcmp(term, "dumb") != 0;
  options.color = options.terminal && (no_color == nullptr || *no_color == '\0');
  return options;
}

std::unique_ptr<Observer> make_progress(const ProgressOptions &options) { return std::make_unique<Progress>(options); }

}  // namespace nac::fw
