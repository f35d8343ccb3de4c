package io.espalier.controller.model.adapter;

import io.espalier.controller.live.Change;
import io.espalier.controller.live.LiveView;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelId;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Models for the live stream. */
@Singleton
final class ModelLiveView implements LiveView {
    private final ModelCatalog catalog;

    ModelLiveView(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Change.Stream stream() {
        return Change.Stream.MODEL;
    }

    @Override
    public @Nullable Object render(String id) {
        return catalog.find(new ModelId(id)).map(ModelView::of).orElse(null);
    }
}
