package dev.jbuild.cache.remote;

import dev.jbuild.cache.BuildCache;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.cache.ResultSource;
import dev.jbuild.cache.remote.ResultRecord.RecordedLayer;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The results that other caches hold, asked for one step at a time and in the order given. A cache is opened when the
 * first step is looked for, and a layer fetched when somebody needs its files; one that then can't be had is not promised
 * again. Safe for use by many threads.
 */
public final class ImportedResults implements ResultSource, AutoCloseable {
    private final Store store;
    private final BuildCache cache;
    private final EventSink events;
    private final InstantSource clock;
    private final Cancellation cancellation;
    private final OutsideCaches caches;
    private final List<Source> sources = new ArrayList<>();
    private final AtomicBoolean lostSome = new AtomicBoolean();

    public ImportedResults(
            List<CachePlace> places,
            OutsideCaches caches,
            Store store,
            EventSink events,
            InstantSource clock,
            Cancellation cancellation) {
        this.store = store;
        this.cache = new BuildCache(store.records());
        this.events = events;
        this.clock = clock;
        this.cancellation = cancellation;
        this.caches = caches;
        places.forEach(each -> sources.add(new Source(each)));
    }

    @Override
    public Optional<Found> find(CacheKey key, LayerStack base, String step) throws JbuildException {
        for (Source source : sources) {
            Optional<ResultRecord> record = source.find(key.digest());
            if (record.isPresent()) {
                return Optional.of(found(key, base, step, record.get(), source));
            }
        }
        return Optional.empty();
    }

    /**
     * What is in a layer of an image that a build begins with, if a cache says so. Its files are none of the cache's: fetching it
     * compares it with the store's.
     *
     * @param key of {@link BaseLayers}
     * @param image what the image is called, for people
     */
    public Optional<StoredLayer> baseLayer(CacheKey key, String image) throws JbuildException {
        for (Source source : sources) {
            Optional<ResultRecord> record = source.find(key.digest());
            if (record.isPresent() && record.get().layer().isPresent()) {
                Promise promise =
                        new Promise(source, key, "image " + image, record.get().created(), false);
                return Optional.of(new ImportedLayer(
                        store, LayerStack.EMPTY, record.get().layer().get(), promise));
            }
        }
        return Optional.empty();
    }

    private Found found(CacheKey key, LayerStack base, String step, ResultRecord record, Source source)
            throws JbuildException {
        if (record.layer().isEmpty()) {
            remember(key, Optional.empty(), record.created());
            return new Found(Optional.empty(), record.created(), source.name());
        }
        RecordedLayer layer = record.layer().get();
        Optional<StoredLayer> here = store.layers()
                .find(layer.summary().diffId())
                .filter(stored -> stored.summary().equals(layer.summary()));
        if (here.isPresent()) {
            remember(key, here, record.created());
            return new Found(here, record.created(), source.name());
        }
        Promise promise = new Promise(source, key, step, record.created(), true);
        return new Found(Optional.of(new ImportedLayer(store, base, layer, promise)), record.created(), source.name());
    }

    private void remember(CacheKey key, Optional<StoredLayer> layer, Instant created) throws JbuildException {
        cache.record(
                key,
                new BuildCache.StepRecord(layer.map(stored -> stored.summary().diffId()), created));
    }

    /** Whether a promised layer turned out to be lost since this was asked last; solving again will do without it. */
    public boolean lostSome() {
        return lostSome.getAndSet(false);
    }

    /** The keys of results that some cache has damaged. */
    public Set<Digest> damaged() {
        return sources.stream().flatMap(source -> source.damaged.stream()).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        sources.forEach(Source::close);
    }

    private void tell(String what, List<String> details) {
        events.accept(new BuildEvent.Notice(what, details, clock.instant()));
    }

    /** One cache and what is known of it. */
    private final class Source {
        private final CachePlace from;
        /** What isn't to be found here again. */
        private final Set<Digest> lost = ConcurrentHashMap.newKeySet();

        private final Set<Digest> damaged = ConcurrentHashMap.newKeySet();
        private Optional<CacheReader> reader = Optional.empty();
        private boolean opened;

        Source(CachePlace from) {
            this.from = from;
        }

        String name() {
            return from.name();
        }

        Optional<ResultRecord> find(Digest key) throws BuildCancelled {
            Optional<CacheReader> open = reader();
            if (open.isEmpty() || lost.contains(key)) {
                return Optional.empty();
            }
            try {
                return open.get().find(key).filter(Source::isOfUse);
            } catch (BuildCancelled e) {
                throw e;
            } catch (RemoteError e) {
                cancellation.throwIfCancelled();
                giveUp(e);
                return Optional.empty();
            } catch (JbuildException e) {
                lost.add(key);
                damaged.add(key);
                tell("a step's record in the cache " + name() + " can't be used", List.of(e.what()));
                return Optional.empty();
            }
        }

        private static boolean isOfUse(ResultRecord record) {
            return record.layer().isEmpty()
                    || record.layer().get().blob().isPresent()
                    || record.layer().get().index().isPresent();
        }

        private synchronized Optional<CacheReader> reader() throws BuildCancelled {
            if (!opened) {
                opened = true;
                reader = open();
            }
            return reader;
        }

        private Optional<CacheReader> open() throws BuildCancelled {
            cancellation.throwIfCancelled();
            String vertex = "import " + System.identityHashCode(from);
            events.accept(new BuildEvent.VertexStarted(
                    vertex, "importing cache manifest from " + name(), List.of(), clock.instant()));
            try {
                CacheReader open = caches.reader(from);
                finished(vertex, BuildEvent.Outcome.DONE, Optional.empty());
                return Optional.of(open);
            } catch (JbuildException e) {
                boolean cancelled = cancellation.isCancelled();
                finished(
                        vertex,
                        cancelled ? BuildEvent.Outcome.CANCELLED : BuildEvent.Outcome.FAILED,
                        Optional.of(e.what()));
                cancellation.throwIfCancelled();
                tell("the cache " + name() + " is left out", List.of(e.what()));
                return Optional.empty();
            }
        }

        private synchronized void giveUp(JbuildException why) {
            if (reader.isPresent()) {
                reader.get().close();
                reader = Optional.empty();
                tell("the cache " + name() + " is left out from here on", List.of(why.what()));
            }
        }

        InputStream open(Descriptor blob) throws JbuildException {
            Optional<CacheReader> open = reader();
            if (open.isEmpty()) {
                throw new RemoteError("the cache " + name() + " was left out");
            }
            return open.get().open(blob);
        }

        synchronized void close() {
            reader.ifPresent(CacheReader::close);
        }
    }

    private void finished(String vertex, BuildEvent.Outcome outcome, Optional<String> error) {
        events.accept(new BuildEvent.VertexFinished(vertex, outcome, error, clock.instant()));
    }

    /** What is to become of one layer that was promised. */
    private final class Promise implements ImportedLayer.Origin {
        private final Source source;
        private final CacheKey key;
        private final String step;
        private final Instant created;
        private final String vertex = "fetch " + System.identityHashCode(this);
        private final boolean result;
        private boolean told;

        /** @param result whether the layer is a step's result, which the store is to know of, too */
        Promise(Source source, CacheKey key, String step, Instant created, boolean result) {
            this.result = result;
            this.source = source;
            this.key = key;
            this.step = step;
            this.created = created;
        }

        @Override
        public InputStream open(Descriptor blob) throws JbuildException {
            cancellation.throwIfCancelled();
            return source.open(blob);
        }

        @Override
        public InputStream openTold(Descriptor blob) throws JbuildException {
            if (!told) {
                told = true;
                events.accept(new BuildEvent.VertexStarted(
                        vertex,
                        "fetching the layer of " + step + " from " + source.name(),
                        List.of(),
                        clock.instant()));
            }
            return new ToldInput(
                    open(blob),
                    blob.size(),
                    cancellation,
                    (done, end) -> events.accept(new BuildEvent.VertexTransfer(
                            vertex, blob.digest().toString(), done, blob.size(), end, clock.instant())));
        }

        @Override
        public void fetched(StoredLayer layer) throws JbuildException {
            if (result) {
                remember(key, Optional.of(layer), created);
            }
            if (told) {
                finished(vertex, BuildEvent.Outcome.DONE, Optional.empty());
            }
        }

        @Override
        public LostResult lost(Exception why) {
            String what = why instanceof JbuildException known ? known.what() : String.valueOf(why.getMessage());
            if (told) {
                finished(vertex, BuildEvent.Outcome.FAILED, Optional.of(what));
            }
            source.damaged.add(key.digest());
            if (!cancellation.isCancelled()) {
                tell("the cache " + source.name() + " can't give the files of " + step, List.of(what));
            }
            return forget(what, why);
        }

        @Override
        public LostResult unknown() {
            return forget("they were not exported", null);
        }

        private LostResult forget(String what, @Nullable Exception why) {
            source.lost.add(key.digest());
            lostSome.set(true);
            String said = "the files of " + step + " are needed, which the cache " + source.name() + " doesn't have";
            String again = "again " + System.identityHashCode(this);
            events.accept(new BuildEvent.VertexStarted(again, said, List.of(), clock.instant()));
            finished(again, BuildEvent.Outcome.DONE, Optional.empty());
            return new LostResult(said + ": " + what, why);
        }
    }
}
