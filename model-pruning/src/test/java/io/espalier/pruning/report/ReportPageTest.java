package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The page is also well-formed XML, so a parser can say what a browser would make of it. */
class ReportPageTest {
    static List<Report> samples() {
        return List.of(
                SampleReports.usual(),
                SampleReports.inRounds(),
                SampleReports.stopped(),
                SampleReports.sizeOnly(),
                SampleReports.hostile(),
                SampleReports.refused(),
                SampleReports.tooMuchLost(),
                SampleReports.failed());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void needsNothingButItself(Report report) throws Exception {
        Document page = parsed(report);
        assertThat(elements(page, "script")).isEmpty();
        assertThat(elements(page, "link")).isEmpty();
        for (Element each : elements(page, "*")) {
            for (String attribute : List.of("src", "href", "onload", "onclick", "action")) {
                assertThat(each.hasAttribute(attribute)).as(attribute).isFalse();
            }
        }
        assertThat(html(report))
                .doesNotContain("url(")
                .doesNotContain("@import")
                .contains("default-src &#39;none&#39;");
    }

    @Test
    void hostileNamesStayText() throws Exception {
        Document page = parsed(SampleReports.hostile());
        String shown = SampleReports.HOSTILE.replace('\u202E', '\uFFFD').replace('\u0007', '\uFFFD');
        assertThat(elements(page, "h1").get(0).getTextContent()).isEqualTo(shown);
        assertThat(elements(page, "title").get(0).getTextContent()).isEqualTo(shown + " pruned");
        assertThat(elements(page, "th").stream()
                        .filter(cell -> cell.getAttribute("title").equals(shown + 3)))
                .isNotEmpty();
    }

    @Test
    void marksTheDenseAndTheChosenNetworkAndEveryOtherOne() throws Exception {
        Document page = parsed(SampleReports.usual());
        assertThat(inFigure(page, "plot", "point dense")).hasSize(1);
        assertThat(inFigure(page, "plot", "ring")).hasSize(1);
        assertThat(inFigure(page, "plot", "point tuned chosen")).hasSize(1);
        long others = SampleReports.usual().candidates().stream()
                .filter(each ->
                        each.kind() == Candidate.Kind.OTHER && each.tunedScore().isEmpty())
                .count();
        long tuned = SampleReports.usual().candidates().stream()
                .filter(each -> each.tunedScore().isPresent())
                .count();
        assertThat(inFigure(page, "plot", "point before")).hasSize((int) (others + tuned));
        assertThat(inFigure(page, "plot", "front")).hasSize(1);
        assertThat(inFigure(page, "plot", "budget")).hasSize(1);
    }

    @Test
    void showsAgreementInPlaceOfClassesWhereThereAreNone() throws Exception {
        Document page = parsed(SampleReports.regression());
        String words = page.getElementsByTagName("main").item(0).getTextContent();
        assertThat(words)
                .contains("R² against latency")
                .contains("relative error")
                .contains("−350.0 %")
                .doesNotContain("-350")
                .doesNotContain("accuracy")
                .doesNotContain("Confusion");
    }

    @Test
    void saysHowMuchLessThanNothingACandidateIsWorthAndDrawsItAtTheBottom() throws Exception {
        Document page = parsed(SampleReports.regression());
        assertThat(elements(page, "td").stream().map(Node::getTextContent)).contains("−126.5 %");
        assertThat(inFigure(page, "plot", "point before"))
                .isNotEmpty()
                .allSatisfy(point ->
                        assertThat(Double.parseDouble(point.getAttribute("cy"))).isBetween(0.0, 338.0));
    }

    @Test
    void holdsWhatWasMeasuredAgainstWhatWasAsked() throws Exception {
        Document page = parsed(SampleReports.overBudget());
        Element asked = elements(page, "section").stream()
                .filter(each -> each.getAttribute("aria-labelledby").equals("asked"))
                .findFirst()
                .orElseThrow();
        assertThat(asked.getTextContent())
                .contains("341 µs measured, 352 µs predicted")
                .contains("182 µs measured, 159 µs predicted");
        assertThat(elements(page, "td").stream()
                        .filter(each -> List.of("yes", "no").contains(each.getTextContent()))
                        .findFirst())
                .hasValueSatisfying(kept -> {
                    assertThat(kept.getTextContent()).isEqualTo("no");
                    assertThat(kept.getAttribute("class")).isEqualTo("worse");
                });
        Element tiles = ofClass(page, "tiles").get(0);
        assertThat(tiles.getTextContent())
                .contains("latency p95, measured", "182 µs", "was 341 µs")
                .doesNotContain("predicted");
    }

    @Test
    void drawsACellForEveryPairThatOccurred() throws Exception {
        Report report = SampleReports.usual();
        Document page = parsed(report);
        Comparison comparison = report.comparison().orElseThrow();
        int pairs = SampleReports.confusion(comparison.before()).counts().size()
                + SampleReports.confusion(comparison.after()).counts().size();
        assertThat(ofClass(page, "right").size() + ofClass(page, "wrong").size())
                .isEqualTo(pairs);
    }

    @Test
    void listsMistakesWhereThereAreTooManyClassesToDraw() throws Exception {
        Report report = SampleReports.made(List.of(), SampleReports.layers(4), 3);
        Report many = new Report(
                report.asked(),
                report.verdict(),
                SampleReports.made(java.util.Collections.nCopies(150, "class"), report.layers(), 3)
                        .comparison(),
                report.candidates(),
                report.layers(),
                report.rounds(),
                report.search(),
                List.of(),
                report.provenance());
        Document page = parsed(many);
        assertThat(ofClass(page, "right")).isEmpty();
        assertThat(html(many)).contains("150 classes are too many to draw").contains("Most frequent mistakes");
    }

    @Test
    void saysWhyABudgetWasRefused() throws Exception {
        Document page = parsed(SampleReports.refused());
        Element verdict = ofClass(page, "verdict bad").get(0);
        assertThat(verdict.getTextContent())
                .contains("Refused")
                .contains("The model needs at least 410 µs")
                .contains("Ask for more than 410 µs");
        assertThat(elements(page, "h2")).extracting(Node::getTextContent).contains("The model's layers");
    }

    @Test
    void aRefusalShowsWhatIsKnownOfTheUnprunedModel() throws Exception {
        assertThat(html(SampleReports.refused()))
                .contains("The unpruned model", "319 kB", "78,186", "12.5 M", "262 µs")
                .doesNotContain("What was trained");
    }

    @Test
    void aLossThatWasTooLargeShowsTheRoundThatWasTrained() throws Exception {
        Document page = parsed(SampleReports.tooMuchLost());
        assertThat(elements(page, "h2")).extracting(Node::getTextContent).contains("What was trained");
        assertThat(elements(page, "td"))
                .extracting(Node::getTextContent)
                .contains("86.1 %", "81.2 %", "4.9 points", "2.0 points");
        assertThat(html(SampleReports.tooMuchLost())).contains("1 of 3", "319 kB");
    }

    @Test
    void showsEachRoundAsItWasCutAndAsItWasTrained() throws Exception {
        Document page = parsed(SampleReports.inRounds());
        Element rounds = elements(page, "section").stream()
                .filter(each -> each.getAttribute("aria-labelledby").equals("rounds"))
                .findFirst()
                .orElseThrow();
        assertThat(rounds.getTextContent())
                .contains("p95 predicted", "MACs", "size", "cut and fitted", "trained")
                .contains("210 kB", "233 µs", "8.40 M", "83.0 %", "85.9 %")
                .contains("after l1-uniform, which came to 84.0 %")
                .contains("150 kB", "85.6 %", "106 kB", "85.3 %");
        assertThat(html(SampleReports.usual())).as("of a single one").doesNotContain("The rounds");
    }

    @Test
    void drawsWhatEarlierRoundsMadeAmongTheChoices() throws Exception {
        Report report = SampleReports.inRounds();
        int tuned =
                inFigure(parsed(SampleReports.usual()), "plot", "point tuned").size();
        Document page = parsed(report);
        assertThat(inFigure(page, "plot", "point tuned")).hasSize(tuned + 2);
        assertThat(elements(page, "svg").stream()
                        .filter(each -> each.getAttribute("class").equals("plot"))
                        .map(Node::getTextContent))
                .singleElement()
                .asString()
                .contains("round 1: 85.9 % at 233 µs", "round 2: 85.6 % at 167 µs")
                .doesNotContain("round 3:");
    }

    @Test
    void saysWhereTheSearchBeganAndWhoseVariantsTheTestSamplesWereReadFor() {
        assertThat(html(SampleReports.usual()))
                .contains("The search begins at the unpruned model", "looked at only once, for the finished variant.");
        assertThat(html(SampleReports.inRounds()))
                .contains("in round 3, the last one. The search begins at what the round before made")
                .contains(
                        "looked at only once, for the finished variant of each round, and nothing was chosen by them");
        assertThat(html(SampleReports.stopped()))
                .contains("Shares of what round 2 was asked for. The search begins at what the round before made");
    }

    @Test
    void showsEveryOptionInOnePiece() throws Exception {
        Report report = Report.ofNothing(
                SampleReports.failed().asked(),
                new Verdict.Failed("Wrong", "Give it that scaling: --scale 0.0039 --mean 0.5,0.4. Or --most-lost, too"),
                List.of(),
                List.of());
        assertThat(elements(parsed(report), "code"))
                .extracting(Node::getTextContent)
                .containsExactly("--scale 0.0039", "--mean 0.5,0.4", "--most-lost");
    }

    @Test
    void tellsScoresAsCutFromScoresOnceFitted() throws Exception {
        List<String> heads = elements(parsed(SampleReports.usual()), "th").stream()
                .map(Node::getTextContent)
                .toList();
        assertThat(heads).containsSequence("as cut", "fitted", "fine-tuned");
    }

    @Test
    void givesEveryPictureAName() throws Exception {
        for (Element picture : elements(parsed(SampleReports.usual()), "svg")) {
            assertThat(picture.hasAttribute("aria-label")
                            || picture.hasAttribute("aria-labelledby")
                            || picture.getAttribute("aria-hidden").equals("true"))
                    .isTrue();
        }
    }

    @Test
    void givesTheSameBytesForTheSameReport() {
        assertThat(ReportPage.bytes(SampleReports.usual())).isEqualTo(ReportPage.bytes(SampleReports.usual()));
    }

    private static String html(Report report) {
        return new String(ReportPage.bytes(report), StandardCharsets.UTF_8);
    }

    private static Document parsed(Report report) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(ReportPage.bytes(report)));
    }

    private static List<Element> elements(Document page, String name) {
        List<Element> found = new ArrayList<>();
        var nodes = page.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private static List<Element> ofClass(Document page, String kind) {
        return elements(page, "*").stream()
                .filter(each -> each.getAttribute("class").equals(kind))
                .toList();
    }

    private static List<Element> inFigure(Document page, String figure, String kind) {
        return ofClass(page, kind).stream()
                .filter(each -> {
                    for (Node up = each.getParentNode(); up instanceof Element element; up = up.getParentNode()) {
                        if (element.getAttribute("class").equals(figure)) {
                            return true;
                        }
                    }
                    return false;
                })
                .toList();
    }
}
