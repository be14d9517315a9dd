// SPDX-License-Identifier: Apache-2.0
#include "commands/run_study.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "pipeline/progress.hpp"
#include "pipeline/progress_text.hpp"
#include "pipeline/run.hpp"
#include "report/report.hpp"

namespace nac::fw {
namespace {

std::atomic<int> g_interrupts{0};

void on_interrupt(int) {
  // Only async-signal-safe calls: write and an atomic.
  constexpr std::string_view kFirst = "\ninterrupted: finishing the running trials; once more gives them up\n";
  constexpr std::string_view kSecond = "\ngiving the running trials up\n";
  const std::string_view text = g_interrupts.fetch_add(1) == 0 ? kFirst : kSecond;
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

/// Catches SIGINT and SIGTERM for as long as it lives.
class InterruptGuard {
 public:
  InterruptGuard() {
    g_interrupts = 0;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
  }
  ~InterruptGuard() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
  }
  InterruptGuard(const InterruptGuard &) = delete;
  InterruptGuard &operator=(const InterruptGuard &) = delete;

 private:
  struct sigaction old_int_ {
  }, old_term_{};
};

std::size_t terminal_width() {
  winsize size{};
  return isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void print_json(const Study &study, const RunOutcome &outcome) {
  nlohmann::ordered_json out{{"study", study.folder().string()},
                             {"interrupted", outcome.interrupted},
                             {"trials",
                              {{"finished", outcome.status.finished},
                               {"complete", outcome.status.complete},
                               {"stopped", outcome.status.stopped},
                               {"infeasible", outcome.status.infeasible},
                               {"failed", outcome.status.failed},
                               {"duplicates", outcome.status.duplicates}}},
                             {"epochs", {{"trained", outcome.status.epochs}, {"saved", outcome.status.epochs_saved}}},
                             {"front", nlohmann::json::array()}};
  for (const Trial &trial : outcome.front)
    out["front"].push_back({{"trial", trial.number}, {"metrics", trial.metrics}, {"architecture", trial.architecture}});
  if (!outcome.interrupted)
    out["files"] = {{"html", outcome.files.html.string()},
                    {"front", outcome.files.front_csv.string()},
                    {"trials", outcome.files.trials_csv.string()},
                    {"json", outcome.files.json.string()}};
  fmt::print("{}\n", out.dump(2));
}

void print_text(const Study &study, const RunOutcome &outcome) {
  const SearchStatus &s = outcome.status;
  const std::filesystem::path here = std::filesystem::current_path();
  const auto shown = [&](const std::filesystem::path &path) {
    const std::filesystem::path relative = path.lexically_relative(here);
    return relative.empty() || *relative.begin() == ".." ? path.string() : relative.string();
  };
  if (outcome.interrupted) {
    fmt::print("\nstopped after {} of {} trials; nothing finished is lost. Go on with:\n  nac resume {}\n", s.finished,
               s.planned, shown(study.folder()));
    return;
  }
  const ReportData data = read_report_data(study);
  fmt::print("\nPareto front of {} trials ({} duplicates answered from the study, {} infeasible, {} failed{}):\n",
             s.finished, s.duplicates, s.infeasible, s.failed,
             s.stopped > 0 ? fmt::format(", {} stopped early{}", s.stopped, savings_text(s)) : "");
  fmt::print("{}", front_table(data, terminal_width()));
  fmt::print("{}", front_sentences(data));
  const std::string classes = class_table(data);
  if (!classes.empty()) fmt::print("\nSize classes:\n{}", classes);
  fmt::print("\nreport  {}\nfront   {}\ntrials  {}\nmodels  {}\n", shown(outcome.files.html),
             shown(outcome.files.front_csv), shown(outcome.files.trials_csv),
             outcome.files.models.empty() ? "none" : shown(outcome.files.models.front().parent_path()) + "/*.onnx");
  if (!outcome.files.models.empty())
    fmt::print("\nnext: open the report, or score a network on any data:\n  nac evaluate {}\n",
               shown(outcome.files.models.front()));
}

}  // namespace

int run_study(const LoadedExperiment &loaded, Study &study, const RunPresentation &presentation) {
  const InterruptGuard guard;  // before LibTorch is loaded, which takes a while
  Engine &engine = torch_engine();
  ProgressOptions progress = ProgressOptions::detect(stderr);
  progress.verbose = presentation.verbose;
  const std::unique_ptr<Observer> observer =
      presentation.quiet ? std::make_unique<Observer>() : make_progress(progress);
  if (engine.info().reference_blas)
    observer->warning(
        "LibTorch runs on the reference BLAS, which is 2 to 8 times slower; install libopenblas0-pthread "
        "(nac doctor shows the BLAS)");
  const RunOutcome outcome =
      run_experiment(loaded.experiment, *loaded.registry, *loaded.task, engine, study, *observer, g_interrupts);
  if (presentation.json)
    print_json(study, outcome);
  else
    print_text(study, outcome);
  return outcome.interrupted ? 1 : 0;
}

}  // namespace nac::fw
