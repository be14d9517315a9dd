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
#include "commands/make_engine.hpp"
#include "pipeline/progress.hpp"
#include "pipeline/progress_text.hpp"
#include "pipeline/provenance.hpp"
#include "pipeline/run.hpp"
#include "report/compress_tables.hpp"
#include "report/hardware.hpp"
#include "report/published.hpp"
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

nlohmann::ordered_json local_json(const LocalOutcome &local) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  if (local.tune)
    out["tune"] = {
        {"networks", local.tune->networks}, {"trainings", local.tune->trainings}, {"failed", local.tune->failed}};
  if (local.compress)
    out["compress"] = {{"networks", local.compress->networks},
                       {"chains", local.compress->chains},
                       {"units", local.compress->units},
                       {"failed", local.compress->failed}};
  if (local.hardware) {
    out["hardware"] = {{"failed", local.hardware->failed}, {"projects", nlohmann::json::array()}};
    for (const Study::HardwareRow &row : local.hardware->rows)
      out["hardware"]["projects"].push_back({{"name", row.name},
                                             {"network", row.network},
                                             {"folder", row.folder},
                                             {"vectors", row.vectors},
                                             {"differences", row.differences}});
  }
  if (!local.choose) return out;
  out["choose"] = {{"trainings", local.choose->trainings}, {"pick", nullptr}};
  if (const auto &pick = local.choose->pick)
    out["choose"]["pick"] = {
        {"trial", pick->trial}, {"chain", pick->chain}, {"position", pick->position}, {"metrics", pick->metrics}};
  else
    out["choose"]["reason"] = local.choose->reason;
  return out;
}

std::string stages_text(const LocalOutcome &local) {
  std::string text;
  if (local.tune)
    text += fmt::format("\ntuned      {} networks, {} trainings, {} failed\n", local.tune->networks,
                        local.tune->trainings, local.tune->failed);
  if (local.compress)
    text += fmt::format("\ncompressed {} networks in {} chains, {} steps, {} failed\n", local.compress->networks,
                        local.compress->chains, local.compress->units, local.compress->failed);
  if (!local.choose) return text;
  if (!local.choose->pick) return text + fmt::format("\nchosen     none: {}\n", local.choose->reason);
  const Study::CompressRow &pick = *local.choose->pick;
  return text + fmt::format("\nchosen     trial {}, chain {}, step {} ({} {})\n", pick.trial, pick.chain, pick.position,
                            pick.pass, pick.iteration);
}

std::string local_text(const LocalOutcome &local) {
  std::string text = stages_text(local);
  if (local.hardware)
    for (const Study::HardwareRow &row : local.hardware->rows)
      text += fmt::format("\nhardware   {} in {}: {}\n", row.name, row.folder, proof_text(row));
  return text;
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
  out.update(local_json(outcome.local));
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
  fmt::print("{}", local_text(outcome.local));
  if (const std::string tables = local_search_text(data); !tables.empty()) fmt::print("\n{}", tables);
  if (const std::string tables = published_text(data); !tables.empty()) fmt::print("\n{}", tables);
  fmt::print("\nreport  {}\nfront   {}\ntrials  {}\nmodels  {}\n", shown(outcome.files.html),
             shown(outcome.files.front_csv), shown(outcome.files.trials_csv),
             outcome.files.models.empty() ? "none" : shown(outcome.files.models.front().parent_path()) + "/*.onnx");
  if (!outcome.files.chosen.empty())
    fmt::print(
        "\nnext: open the report, score the chosen network on any data, or write it for other tools:\n"
        "  nac evaluate {}\n  nac export {} chosen --qonnx\n",
        shown(outcome.files.chosen), shown(study.folder()));
  else if (!outcome.files.models.empty())
    fmt::print("\nnext: open the report, or score a network on any data:\n  nac evaluate {}\n",
               shown(outcome.files.models.front()));
}

/// Ctrl-C, progress and the engine, for as long as it lives.
class Session {
 public:
  Session(const RunPresentation &presentation, EngineChoice choice, Study &study) {
    ProgressOptions progress = ProgressOptions::detect(stderr);
    progress.verbose = presentation.verbose;
    observer_ = presentation.quiet ? std::make_unique<Observer>() : make_progress(progress);
    const auto warn = [this](const std::string &text) {
      if (!text.empty()) observer_->warning(text);
    };
    engine_ = make_engine(
        choice, [this](const std::string &text) { observer_->note(text); },
        [warn, choice, &study](const EngineInfo &torch) {
          warn(blas_warning(torch));
          if (choice == EngineChoice::automatic) warn(record_other_engine(torch, study));
        });
  }
  Engine &engine() { return *engine_; }
  Observer &observer() { return *observer_; }

 private:
  const InterruptGuard guard_;  // before LibTorch is loaded, which takes a while
  std::unique_ptr<Observer> observer_;
  std::unique_ptr<Engine> engine_;
};

void print_stage(LocalStage stage, const Study &study, const RunOutcome &outcome, bool json) {
  if (json) {
    nlohmann::ordered_json out{{"study", study.folder().string()}, {"interrupted", outcome.interrupted}};
    out.update(local_json(outcome.local));
    if (!outcome.interrupted) out["files"] = {{"html", outcome.files.html.string()}};
    fmt::print("{}\n", out.dump(2));
  } else if (outcome.interrupted) {
    fmt::print("\nstopped; nothing finished is lost. Go on with:\n  nac {} {}\n", name_of(stage),
               study.folder().string());
  } else {
    const std::string tables = local_search_text(read_report_data(study));
    fmt::print("{}{}{}\nreport     {}\n", local_text(outcome.local), tables.empty() ? "" : "\n", tables,
               outcome.files.html.string());
  }
}

}  // namespace

int run_study(const LoadedExperiment &loaded, Study &study, const RunPresentation &presentation) {
  Session session(presentation, loaded.experiment.engine, study);
  const RunOutcome outcome = run_experiment(loaded.experiment, *loaded.registry, *loaded.task, session.engine(), study,
                                            session.observer(), g_interrupts);
  if (presentation.json)
    print_json(study, outcome);
  else
    print_text(study, outcome);
  const bool unproven = outcome.local.hardware && outcome.local.hardware->failed > 0;
  return outcome.interrupted || unproven ? 1 : 0;
}

int run_stage_on(LocalStage stage, const LoadedExperiment &loaded, Study &study, const RunPresentation &presentation) {
  if (!loaded.experiment.search) throw UsageError("the manifest has no [search] table: there are no networks");
  Experiment experiment = loaded.experiment;
  if (stage == LocalStage::tune && !experiment.tune) experiment.tune = default_tune(experiment.search->train);
  Session session(presentation, experiment.engine, study);
  const RunOutcome outcome = run_stage(stage, experiment, *loaded.registry, *loaded.task, session.engine(), study,
                                       session.observer(), g_interrupts);
  print_stage(stage, study, outcome, presentation.json);
  const bool nothing = stage == LocalStage::choose && outcome.local.choose && !outcome.local.choose->pick;
  return outcome.interrupted || nothing ? 1 : 0;
}

}  // namespace nac::fw
