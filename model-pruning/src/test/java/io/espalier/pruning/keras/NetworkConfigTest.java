package io.espalier.pruning.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.espalier.pruning.graph.Tensor;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

class NetworkConfigTest {
    private static final String INPUT =
            "{'class_name':'InputLayer','name':'in','config':{'batch_input_shape':[null,8,8,3]},"
                    + "'inbound_nodes':[]}";

    @Test
    void ordersLayersByWhatTheyRead() {
        KerasNetwork network = read(functional(
                layer("Activation", "b", "{'activation':'relu'}", "a"),
                layer("Activation", "a", "{'activation':'relu'}", "in"),
                layer("Activation", "unused", "{}", "in"),
                INPUT));
        assertThat(network.layers()).extracting(KerasLayer::name).containsExactly("in", "a", "b");
    }

    @Test
    void namesEveryLayerItDoesNotKnow() {
        refused(functional(
                        INPUT,
                        layer("Lambda", "secret", "{'function':'code'}", "in"),
                        layer("Functional", "backbone", "{}", "secret"),
                        layer("Activation", "b", "{}", "backbone")))
                .withMessageContaining("'secret' (Lambda), 'backbone' (Functional)")
                .withMessageContaining("Layers that are read: Activation, ActivityRegularization, Add");
    }

    @Test
    void refusesKeras3() {
        assertThatExceptionOfType(KerasException.class)
                .isThrownBy(() -> NetworkConfig.read("{}", Optional.of("3.4.1")))
                .withMessageContaining("written by Keras 3.4.1");
        refused(functional(
                        INPUT,
                        "{'class_name':'Activation','name':'b','config':{},'inbound_nodes':[{'args':[],'kwargs':{}}]}"))
                .withMessageContaining("as Keras 3 does");
    }

    @Test
    void refusesWhatIsNotOneSimpleNetwork() {
        refused("{'class_name':'Custom'}").withMessageContaining("Functional and Sequential");
        refused("not json").withMessageContaining("is not JSON");
        refused("{'class_name':'Sequential','config':{'layers':[]}}").withMessageContaining("names no layers");
        refused(functional(
                        INPUT,
                        "{'class_name':'Activation','name':'b','config':{},"
                                + "'inbound_nodes':[[['in',0,0,{}]],[['in',0,0,{}]]]}"))
                .withMessageContaining("is used 2 times");
        refused(functional(INPUT, layer("Add", "b", "{}", "in','x',0,0,{}],['missing")))
                .withMessageContaining("not simply another layer's only output");
        refused(functional(INPUT, layer("Activation", "b", "{}", "c"), layer("Activation", "c", "{}", "b")))
                .withMessageContaining("in a circle");
        refused(functional(INPUT, layer("Activation", "b", "{}", "gone")))
                .withMessageContaining("'gone' is read by another");
        refused(functional(INPUT.replace("[null,8,8,3]", "[null,null,null,3]"), layer("Activation", "b", "{}", "in")))
                .withMessageContaining("all but the batch must be numbers");
        refused(functional(INPUT.replace("8,8,3", "99999,99999,3"), layer("Activation", "b", "{}", "in")))
                .withMessageContaining("more than");
    }

    @Test
    void saysWhichLayerCannotBeTranslatedAndWhy() {
        untranslatable(layer("MaxPooling2D", "b", "{'data_format':'channels_first'}", "in"))
                .withMessageContaining("Layer 'b' (MaxPooling2D) has its channels first");
        untranslatable(layer("Conv2D", "b", "{'filters':4,'kernel_size':[3,3]}", "in"))
                .withMessageContaining("has no weight kernel");
        untranslatable(layer("MaxPooling2D", "b", "{'padding':'causal'}", "in"))
                .withMessageContaining("padding causal");
        untranslatable(layer("Activation", "b", "{'activation':'gelu'}", "in"))
                .withMessageContaining("activation gelu, which is not known");
        untranslatable(layer("Activation", "b", "{'activation':{'class_name':'Leaky'}}", "in"))
                .withMessageContaining("which is not a name");
        untranslatable(layer("MaxPooling2D", "b", "{'pool_size':[9,2]}", "in"))
                .withMessageContaining("a window of 9 for an extent of 8");
        untranslatable(layer("Reshape", "b", "{'target_shape':[5,5]}", "in")).withMessageContaining("turns 192 values");
        untranslatable(layer("ReLU", "b", "{'threshold':1.0}", "in")).withMessageContaining("threshold");
        untranslatable(layer("Dense", "b", "{'units':3}", "in")).withMessageContaining("put a Flatten");
        untranslatable(layer("Activation", "b", "{'activation':'relu'}", "in"))
                .withMessageContaining("a classifier's answer is one row");
    }

    private static ThrowableAssertAlternative<KerasException> untranslatable(String layer) {
        KerasNetwork network = read(functional(INPUT, layer));
        Map<String, Map<String, Tensor>> none = Map.of();
        return assertThatExceptionOfType(KerasException.class).isThrownBy(() -> Translation.of(network, none));
    }

    private static ThrowableAssertAlternative<KerasException> refused(String config) {
        return assertThatExceptionOfType(KerasException.class).isThrownBy(() -> read(config));
    }

    private static KerasNetwork read(String config) {
        return NetworkConfig.read(config.replace('\'', '"'), Optional.of("2.11.0"));
    }

    private static String functional(String... layers) {
        return "{'class_name':'Functional','config':{'name':'net','layers':[" + String.join(",", layers)
                + "],'input_layers':[['in',0,0]],'output_layers':[['b',0,0]]}}";
    }

    private static String layer(String type, String name, String config, String input) {
        return "{'class_name':'" + type + "','name':'" + name + "','config':" + config + ",'inbound_nodes':[[['" + input
                + "',0,0,{}]]]}";
    }
}
