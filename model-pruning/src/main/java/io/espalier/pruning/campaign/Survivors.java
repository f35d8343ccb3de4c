package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is left of each layer's outputs after some rounds. Each round's network has channel groups of its own, and one
 * without some blocks has fewer; what all of them share is the order of a layer's outputs.
 *
 * @param positions by layer, the outputs of the unpruned network that are left, ascending; a layer that was left out is
 *     not in it
 */
public record Survivors(Map<String, List<Integer>> positions) {
    public Survivors {
        positions = Map.copyOf(positions);
    }

    /** Of a network from which nothing was cut. */
    static Survivors all(PrunableNetwork unpruned) {
        Map<String, List<Integer>> positions = new HashMap<>();
        outputs(unpruned.dependencies())
                .forEach(member -> positions.putIfAbsent(
                        member.node(),
                        IntStream.range(0, member.extent()).boxed().toList()));
        return new Survivors(positions);
    }

    /** After one more cut. */
    Survivors after(Contender contender) {
        PrunableNetwork network = contender.form().network();
        Map<String, Set<Integer>> gone = new HashMap<>();
        for (int g = 0; g < network.groups().size(); g++) {
            Set<Integer> kept = Arrays.stream(contender.kept().get(g)).boxed().collect(Collectors.toSet());
            for (ChannelMember member : network.groups().get(g).members()) {
                if (member.role() == ChannelRole.OUTPUT) {
                    Set<Integer> ofLayer = gone.computeIfAbsent(member.node(), layer -> new HashSet<>());
                    IntStream.range(0, member.extent())
                            .filter(position -> member.channelAt(position) >= 0)
                            .filter(position -> !kept.contains(member.channelAt(position)))
                            .forEach(ofLayer::add);
                }
            }
        }
        Map<String, List<Integer>> left = new HashMap<>();
        outputs(network.dependencies()).map(ChannelMember::node).distinct().forEach(layer -> {
            List<Integer> before = positions.getOrDefault(layer, List.of());
            Set<Integer> ofLayer = gone.getOrDefault(layer, Set.of());
            left.put(
                    layer,
                    IntStream.range(0, before.size())
                            .filter(position -> !ofLayer.contains(position))
                            .mapToObj(before::get)
                            .toList());
        });
        return new Survivors(left);
    }

    /** One entry a group of the unpruned network; empty where its layers were left out. */
    List<Variant.Kept> kept(PrunableNetwork unpruned) {
        List<Variant.Kept> kept = new ArrayList<>();
        for (ChannelGroup group : unpruned.groups()) {
            Set<Integer> channels = new TreeSet<>();
            for (ChannelMember member : group.members()) {
                if (member.role() == ChannelRole.OUTPUT) {
                    positions.getOrDefault(member.node(), List.of()).stream()
                            .map(member::channelAt)
                            .filter(channel -> channel >= 0)
                            .forEach(channels::add);
                }
            }
            kept.add(new Variant.Kept(group.id(), List.copyOf(channels), group.size()));
        }
        return kept;
    }

    private static Stream<ChannelMember> outputs(DependencyGroups groups) {
        return groups.all().stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> member.role() == ChannelRole.OUTPUT);
    }
}
