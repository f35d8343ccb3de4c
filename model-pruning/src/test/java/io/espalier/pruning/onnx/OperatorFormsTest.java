package io.espalier.pruning.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperatorFormsTest {
    static IntStream opsets() {
        return IntStream.rangeClosed(OnnxReader.OLDEST_OPSET, OnnxReader.NEWEST_OPSET);
    }

    @ParameterizedTest(name = "opset {0}")
    @MethodSource("opsets")
    void areReadAndPruned(int opset) {
        List<OperatorForms.Form> forms = OperatorForms.of(opset);
        ModelDraft draft = new ModelDraft(opset, opset);
        String x = draft.input("x", -1, 2, 8, 8);
        forms.forEach(form -> OperatorForms.write(draft, form, x));

        Graph read = draft.readsAndPrunes(opset);

        List<ChannelGroup> prunable = DependencyGroups.of(read).prunable();
        assertThat(forms)
                .as("forms that channels are pruned through")
                .allMatch(form -> prunable.stream()
                        .anyMatch(group -> group.size() > 1 && group.id().startsWith(form.name() + "/conv")));
    }
}
