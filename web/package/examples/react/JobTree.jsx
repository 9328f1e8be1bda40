import 'job-tree';
import { useEffect, useRef } from 'react';

/**
 * <job-tree> as a component. Attributes go through as they are; React 18 gives custom elements no
 * properties and no events of their own, so these are set by hand.
 */
export function JobTree({ backend, region, service, project = '-', job, tokenProvider, onChange, onSettled, onSelect }) {
  const ref = useRef(null);

  useEffect(() => {
    ref.current.tokenProvider = tokenProvider;
  }, [tokenProvider]);

  useEffect(() => {
    const tree = ref.current;
    const listeners = new AbortController();
    const on = (type, listener) => {
      if (listener) tree.addEventListener(type, ({ detail }) => listener(detail), { signal: listeners.signal });
    };
    on('job-tree-change', onChange);
    on('job-tree-settled', onSettled);
    on('job-tree-select', onSelect);
    return () => listeners.abort();
  }, [onChange, onSettled, onSelect]);

  return <job-tree ref={ref} backend={backend} region={region} service={service} project-id={project} job-id={job} />;
}
