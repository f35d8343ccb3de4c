package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What the page shows of each layer: its name, how many channels are left of how many, and bars on one scale. */
class KeptChannelsTest {
    private static final List<LayerWidth> LAYERS = List.of(
            new LayerWidth("stem", 6, 16, Optional.of("A"), Optional.empty()),
            new LayerWidth("wide", 16, 64, Optional.empty(), Optional.empty()),
            new LayerWidth("joined", 6, 16, Optional.of("A"), Optional.empty()),
            new LayerWidth("gone", 0, 32, Optional.empty(), Optional.empty()),
            new LayerWidth("answer", 10, 10, Optional.empty(), Optional.of("is the output")));

    /** One row of the page. The track is the layer as it came, in per cent of the widest; the filling is per cent of the track. */
    private record Row(String layer, String tied, String kept, double track, double filling, boolean pinned) {}

    @Test
    void saysOfEachLayerHowManyChannelsAreLeft() throws Exception {
        assertThat(rows(LAYERS)).extracting(Row::layer).containsExactly("stem", "wide", "joined", "gone", "answer");
        assertThat(rows(LAYERS))
                .extracting(Row::kept)
                .containsExactly("6 of 16", "16 of 64", "6 of 16", "0 of 32", "10 of 10kept whole");
        assertThat(rows(LAYERS)).extracting(Row::tied).containsExactly("A", "", "A", "", "");
        assertThat(section(LAYERS).getTextContent()).contains("38 of 138 channels in 5 layers are kept.");
    }

    @Test
    void drawsAllLayersOnOneScale() throws Exception {
        List<Row> rows = rows(LAYERS);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            LayerWidth layer = LAYERS.get(i);
            assertThat(row.track()).as(row.layer()).isCloseTo(100.0 * layer.of() / 64, within(0.01));
            assertThat(row.track() * row.filling() / 100)
                    .as("kept of %s", row.layer())
                    .isCloseTo(100.0 * layer.kept() / 64, within(0.01));
            assertThat(row.pinned())
                    .as(row.layer())
                    .isEqualTo(layer.denseBecause().isPresent());
        }
    }

    @Test
    void drawsManyLayersInTwoColumnsOnTheSameScale() throws Exception {
        List<LayerWidth> many = IntStream.rangeClosed(1, 25)
                .mapToObj(i -> new LayerWidth("conv" + i, i, 4 * i, Optional.empty(), Optional.empty()))
                .toList();
        assertThat(elements(section(many), "table")).hasSize(2);
        assertThat(rows(many)).extracting(Row::layer).containsExactlyElementsOf(names(many));
        assertThat(rows(many)).extracting(Row::filling).containsOnly(25.0);
        assertThat(rows(many).get(0).track()).isEqualTo(4);
        assertThat(rows(many).get(24).track()).isEqualTo(100);
    }

    private static List<String> names(List<LayerWidth> layers) {
        return layers.stream().map(LayerWidth::layer).toList();
    }

    private static List<Row> rows(List<LayerWidth> layers) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Element body : elements(section(layers), "tbody")) {
            for (Element row : elements(body, "tr")) {
                List<Element> cells = elements(row, "td");
                List<Element> bars = elements(cells.get(1), "span");
                rows.add(new Row(
                        elements(row, "th").get(0).getTextContent(),
                        cells.get(0).getTextContent(),
                        cells.get(2).getTextContent(),
                        percent(bars.get(0)),
                        percent(bars.get(1)),
                        bars.get(1).getAttribute("class").equals("fill pinned")));
            }
        }
        return rows;
    }

    private static double percent(Element bar) {
        String style = bar.getAttribute("style");
        assertThat(style).startsWith("width:").endsWith("%");
        return Double.parseDouble(style.substring("width:".length(), style.length() - 1));
    }

    /** The part of the page below "Kept channels". */
    private static Element section(List<LayerWidth> layers) throws Exception {
        Report report = SampleReports.made(List.of("cat", "dog"), layers, 3);
        return elements(
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new ByteArrayInputStream(ReportPage.bytes(report)))
                                .getDocumentElement(),
                        "section")
                .stream()
                .filter(each -> elements(each, "h2").stream()
                        .anyMatch(heading -> heading.getTextContent().equals("Kept channels")))
                .findFirst()
                .orElseThrow();
    }

    private static List<Element> elements(Element above, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = above.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }
}
