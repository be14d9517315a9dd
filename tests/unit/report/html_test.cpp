// SPDX-License-Identifier: Apache-2.0
#include "report/html.hpp"

#include <catch2/catch.hpp>

#include "report/front_plot.hpp"
#include "sample.hpp"
#include "svg_check.hpp"

using Catch::Matchers::Contains;

TEST_CASE("Text cannot become markup") {
  CHECK(nac::fw::escape_html("<a href=\"x\">'&'</a>\x01") ==
        "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\xEF\xBF\xBD");
}

TEST_CASE("The page is whole, safe and loads nothing") {
  const std::string html = report_html(sample_report());
  check_nesting(html);
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("http") == std::string::npos);
  CHECK(html.find("src=") == std::string::npos);
  CHECK(html.find("url(") == std::string::npos);
  CHECK(html.find("@import") == std::string::npos);
  CHECK_THAT(html, Contains("<h1>jets &lt;b&gt;&amp; &quot;co&quot;&lt;/b&gt;</h1>"));
  CHECK_THAT(html, Contains("&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK_THAT(html,
             Contains("7 trials: 5 complete, 2 outside the constraints or not buildable, 1 failed, 1 that repeat"));
  CHECK_THAT(html, Contains("/lib/&lt;jets&gt;.so") && Contains(std::string(64, 'f')));
  CHECK_THAT(html, Contains("diverged, &quot;loss&quot; &lt;nan&gt;"));
  CHECK_THAT(html, Contains("<td class=\"text\">tiny</td><td>2,000</td><td>0</td><td>1,000</td><td>100</td>"
                            "<td>0.5</td><td>0.55</td>"));
  CHECK_THAT(html, Contains("10 jets &amp; more"));
  CHECK_THAT(html, Contains("<p>Hypervolume 0.1736 of the box"));
  CHECK_THAT(html, Contains("<td>47.6</td><td class=\"text long\">Linear(4,1) &gt; ReLU</td>"));
}

TEST_CASE("The plot has one point for each trained trial and marks the front") {
  const std::string svg = front_plot(sample_report());
  check_nesting(svg);
  CHECK(count(svg, "<circle") == 4);  // not the repetition, the failure and the infeasible one
  CHECK(count(svg, "class=\"front\"") == 2);
  CHECK(count(svg, "class=\"broken\"") == 1);
  CHECK(count(svg, "class=\"stairs\"") == 1);
  CHECK_THAT(svg, Contains("<title>trial 0 (BraggNN): error 0.5, 1,000 BOPs, 100 parameters\nLinear(4,0) &gt; ReLU"));
  CHECK_THAT(svg, Contains("error [px] (smaller is better)"));
}

TEST_CASE("The plot rings the knee") {
  nac::fw::ReportData data = sample_report();
  data.figures.knee = 1;
  const std::string svg = front_plot(data);
  check_nesting(svg);
  CHECK(count(svg, "class=\"knee\"") == 1);
}

TEST_CASE("Plots of one point, of equal points and of none") {
  nac::fw::ReportData data = sample_report();
  data.trials.resize(1);
  data.front = {0};
  CHECK(count(front_plot(data), "<circle") == 1);
  CHECK(front_plot(data).find("nan") == std::string::npos);
  data.trials.push_back(data.trials[0]);
  data.trials[1].number = 1;
  data.trials[1].metrics["bops"] = 0;
  CHECK(front_plot(data).find("inf") == std::string::npos);
  data.trials.clear();
  data.front.clear();
  data.classes.clear();
  CHECK(front_plot(data).empty());
  CHECK_THAT(report_html(data), Contains("No trial is complete."));
}
